"""Hashing passwords: Argon2id, in two threads with a bounded queue: no rush can eat the machine."""

import asyncio
import base64
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.kit.errors import LimitReached
from app.kit.text import Text

MEMORY_KB, PASSES, LANES = 19_456, 2, 1
AT_ONCE = 2
MAX_WAITING = 64  # at some tenth of a second each: nobody waits long enough to give up
MAX_LENGTH = 128

Result = TypeVar("Result")


class PasswordHasher:
    """One per process. Raises LimitReached when too many wait already."""

    def __init__(self, *, at_once: int = AT_ONCE, max_waiting: int = MAX_WAITING) -> None:
        self._hasher = PasswordHash(
            (Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KB, parallelism=LANES),)
        )
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="hashing")
        self._room = at_once + max_waiting
        self._taken = 0

    async def hash(self, password: str) -> str:
        return await self._in_turn(lambda: self._hasher.hash(_bytes(password)))

    async def verify(self, password: str, stored: str | None) -> bool:
        """`stored` is None where there is no account or it has no password: that takes as long, and fails."""
        kept = stored or _hash_of_nothing()
        return await self._in_turn(lambda: self._fits(_bytes(password), kept))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _fits(self, password: bytes, kept: str) -> bool:
        try:
            return self._hasher.verify(password, kept)
        except UnknownHashError:  # no hash at all: nobody's password
            return False

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._taken >= self._room:
            raise LimitReached(
                Text(
                    zh="现在登录的人太多，请在几秒后再试。",
                    en="Too many people are signing in at this moment. Please try again in a few seconds.",
                ),
                retry_after=5,
            )
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._taken -= 1


def _bytes(password: str) -> bytes:
    """The same for all ways to type the same characters; one character beyond the limit can match nothing."""
    same = unicodedata.normalize("NFKC", password[: MAX_LENGTH + 1])
    return same.encode("utf-8", "replace")


def _hash_of_nothing() -> str:
    """Well-formed, costs what every other does, and belongs to no password that anybody knows."""
    salt, digest = (base64.b64encode(os.urandom(length)).decode().rstrip("=") for length in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KB},t={PASSES},p={LANES}${salt}${digest}"
