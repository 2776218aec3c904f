"""Asking a provider of payments or payouts something over HTTP: one request, and patience that ends."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

SECONDS = 20  # for one answer; less than PAYOUT_UNTOUCHED


class Silent(Exception):
    """No answer came; what was asked for may have been done."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    told: dict[str, Any] | None  # none: not a JSON object

    @property
    def is_failure(self) -> bool:
        """Of the provider itself, which another time may not happen."""
        return self.status >= httpx.codes.INTERNAL_SERVER_ERROR

    @property
    def is_success(self) -> bool:
        return httpx.codes.is_success(self.status)


class ProviderWire:
    def __init__(self, name: str, url: str, token: str, *, seconds: int = SECONDS) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seconds = seconds

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Raises Silent."""
        try:
            async with asyncio.timeout(self._seconds), httpx.AsyncClient(timeout=self._seconds) as client:
                answer = await client.request(method, self._url + path, headers=self._headers, json=body)
        except (TimeoutError, httpx.HTTPError) as error:
            raise Silent(f"{self.name}: {type(error).__name__}") from error
        try:
            told = answer.json()
        except ValueError:
            told = None
        return Answer(answer.status_code, told if isinstance(told, dict) else None)


def one_line(value: object) -> str:
    """What a provider wrote, as one printable line; empty where it is no text."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(one if one.isprintable() else " " for one in value).split())
