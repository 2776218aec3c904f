"""The flood limit: a token bucket per address, bounded, fair behind proxies."""

import threading

import httpx
import pytest
from fastapi import FastAPI

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.recognise import recognise
from app.features.knowledge.recognition import Recognition
from app.web.limits import AddressLimiter, client_address


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def scope(address: str, forwarded: str | None = None) -> dict[str, object]:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"type": "http", "client": (address, 1), "headers": headers}


def test_the_burst_is_allowed_then_the_wait_is_told() -> None:
    clock = Clock()
    limiter = AddressLimiter(rate=2, burst=3, now=clock)
    assert [limiter.take(scope("10.0.0.1")) for _ in range(4)] == [0, 0, 0, 1]
    assert limiter.take(scope("10.0.0.2")) == 0
    clock.seconds += 0.5
    assert limiter.take(scope("10.0.0.1")) == 0
    assert limiter.take(scope("10.0.0.1")) == 1


def test_what_costs_more_than_is_left_is_paid_back_by_waiting() -> None:
    clock = Clock()
    limiter = AddressLimiter(rate=2, burst=3, now=clock)
    assert limiter.take(scope("10.0.0.1"), tokens=9) == 0
    assert limiter.take(scope("10.0.0.1")) == 4
    clock.seconds += 3.5
    assert limiter.take(scope("10.0.0.1")) == 0


async def test_many_names_at_once_count_as_many_reads_and_leave_the_loop_free(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()

    def noting(name: str, catalogue: Catalogue) -> Recognition:
        threads.add(threading.get_ident())
        return recognise(name, catalogue)

    monkeypatch.setattr("app.features.registry.api.recognise", noting)
    limiter = AddressLimiter(rate=1, burst=5, now=Clock())
    monkeypatch.setitem(app.state._state, "limiter", limiter)
    statuses = []
    for count in (10, 11, 100, 1):  # 1 read, 2 reads, 10 reads where 2 are left
        answer = await client.post("/api/v1/recognise", json={"names": ["红河州第五人民医院"] * count})
        statuses.append((answer.status_code, answer.headers.get("retry-after")))
    assert statuses == [(200, None), (200, None), (200, None), (429, "9")]
    assert threads
    assert threading.get_ident() not in threads


def test_one_ipv6_network_shares_a_bucket() -> None:
    limiter = AddressLimiter(rate=1, burst=1, now=Clock())
    assert limiter.take(scope("2001:db8::1")) == 0
    assert limiter.take(scope("2001:db8::2")) == 1
    assert limiter.take(scope("2001:db8:0:1::1")) == 0


def test_forwarded_addresses_count_only_behind_trusted_proxies() -> None:
    asked = scope("10.0.0.9", "1.1.1.1, 2.2.2.2")
    assert client_address(asked, trusted_proxies=0) == "10.0.0.9"
    assert client_address(asked, trusted_proxies=1) == "2.2.2.2"
    assert client_address(asked, trusted_proxies=2) == "1.1.1.1"
    assert client_address(scope("10.0.0.9"), trusted_proxies=1) == "10.0.0.9"
