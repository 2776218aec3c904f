"""Tests stay on this machine."""

import socket

import pytest


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as tried:
        tried.settimeout(0.1)
        with pytest.raises(UserWarning, match=r'host "192\.0\.2\.1"'):  # the guard warns before it raises
            tried.connect(("192.0.2.1", 80))


def test_this_machine_is_in_reach() -> None:
    with socket.socket() as server, socket.socket() as tried:
        server.bind(("127.0.0.1", 0))
        server.listen()
        tried.connect(server.getsockname())
