"""The fast side of the wire: one pooled client, one request a search."""

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import httpx

from search.backends.meilisearch_errors import refusal
from search.contract import SearchTimeout, SearchUnavailable

_POOL = httpx.Limits(max_connections=100, max_keepalive_connections=20)


class Wire:
    def __init__(self, url: str, key: str, *, seconds: float) -> None:
        self._url = url
        self._key = key
        self._seconds = seconds
        # Connections belong to the event loop that opened them, and a process may have several.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    async def multi_search(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._client().post("/multi-search", json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise SearchTimeout(f"Meilisearch did not answer within {self._seconds} s") from error
        except httpx.HTTPError as error:
            raise SearchUnavailable("Meilisearch cannot be reached") from error
        return _read(answer)

    async def close(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client:
            await client.aclose()

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            headers = {"Authorization": f"Bearer {self._key}"}
            client = httpx.AsyncClient(
                base_url=self._url, headers=headers, limits=_POOL, timeout=self._seconds
            )
            self._clients[loop] = client
        return client


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if answer.is_success and isinstance(body, dict) and isinstance(body.get("hits"), list):
        return body
    code = body.get("code") if isinstance(body, dict) else None
    if answer.is_success or not isinstance(code, str | None):
        raise SearchUnavailable("what answers at the Meilisearch address is something else")
    raise refusal(answer.status_code, code, key="the key for searching")
