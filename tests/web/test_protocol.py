"""Head and body of an answer leave together, and nothing stays behind."""

import asyncio
from typing import Any

from app.web.protocol import _Gathering


class Wire(asyncio.Transport):
    """What the connection below was given."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


async def turn() -> None:
    """Let the loop do what is due."""
    await asyncio.sleep(0)


async def test_two_writes_leave_as_one() -> None:
    wire = Wire()
    gathering = _Gathering(wire, asyncio.get_running_loop())
    gathering.write(b"head")
    assert wire.sent == []
    gathering.write(b"body")
    assert wire.sent == [b"headbody"]
    await turn()
    assert wire.sent == [b"headbody"]


async def test_the_first_waits_for_no_second() -> None:
    wire = Wire()
    gathering = _Gathering(wire, asyncio.get_running_loop())
    gathering.write(b"head")
    await turn()
    assert wire.sent == [b"head"]
    for part in (b"1", b"2", b"3"):
        gathering.write(part)
    await turn()
    assert wire.sent == [b"head", b"12", b"3"]


async def test_what_waits_goes_before_the_end() -> None:
    wire = Wire()
    gathering = _Gathering(wire, asyncio.get_running_loop())
    gathering.write(b"head")
    gathering.close()
    assert wire.sent == [b"head"]
    assert gathering.is_closing()
    await turn()
    assert wire.sent == [b"head"]
