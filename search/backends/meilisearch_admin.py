"""The slow side of the wire: schema, documents, tasks and swaps, through the official client.

Blocking: call it in a thread. The client opens a connection a call, which writes can afford and searches not.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError
from meilisearch.models.task import Task

from search.backends.meilisearch_errors import failed_task, refusal
from search.backends.meilisearch_schema import PRIMARY_KEY, SETTINGS
from search.contract import SearchTimeout, SearchUnavailable

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
_MOST_INDEXES = 1_000
_PAGE = 1_000  # documents read at once

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Admin:
    url: str
    key: str
    call_seconds: int = 30
    closing: Event = field(default_factory=Event)  # set: nobody waits for tasks any more
    task_seconds: float = 600.0  # the queue is shared: a rebuild of another index may be before us

    def indexes(self) -> list[str]:
        with self._client() as client:
            found: Mapping[str, Any] = client.get_raw_indexes({"limit": _MOST_INDEXES})  # type: ignore[assignment]
            return [index["uid"] for index in found["results"]]

    def create(self, uid: str) -> None:
        """An empty index with our settings, which must be there before the first document."""
        with self._client() as client:
            made = client.create_index(uid, {"primaryKey": PRIMARY_KEY}).task_uid
            self.wait([made, client.index(uid).update_settings(dict(SETTINGS)).task_uid])

    def drop(self, uid: str) -> None:
        with self._client() as client:
            self.wait([client.delete_index(uid).task_uid])

    def swap(self, one: str, other: str) -> None:
        """Not done on return, and a key for some indexes alone may not look at this task: see `until`."""
        with self._client() as client:
            client.swap_indexes([{"indexes": [one, other]}])

    def add(self, uid: str, documents: Sequence[Mapping[str, Any]]) -> int:
        """Returns the task to wait for."""
        with self._client() as client:
            return client.index(uid).add_documents(documents).task_uid

    def remove(self, uid: str, keys: Iterable[str]) -> int:
        with self._client() as client:
            # The client's own method takes ids only with a warning; by filter they would not be batched.
            return int(client.http.post(f"indexes/{uid}/documents/delete-batch", list(keys))["taskUid"])

    def document(self, uid: str, key: str) -> Mapping[str, Any] | None:
        with self._client() as client:
            try:
                found: Mapping[str, Any] = client.http.get(f"indexes/{uid}/documents/{key}")
            except MeilisearchApiError as error:
                if error.code == "document_not_found":
                    return None
                raise
            return found

    def documents(self, uid: str, condition: str, fields: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Every document that meets a filter."""
        offset = 0
        while True:
            page = self._fetch(uid, {"filter": condition, "fields": fields, "offset": offset, "limit": _PAGE})
            yield from page["results"]
            offset += _PAGE
            if offset >= page["total"]:
                return

    def count(self, uid: str, condition: str | None = None) -> int:
        asked: dict[str, Any] = {"fields": [PRIMARY_KEY], "limit": 0}
        return int(self._fetch(uid, asked | ({"filter": condition} if condition else {}))["total"])

    def version(self) -> str:
        """Empty where the key may not ask: that right cannot be given for some indexes alone."""
        with self._client() as client:
            client.health()
            try:
                return client.get_version()["pkgVersion"]
            except MeilisearchApiError as error:
                if error.code == "invalid_api_key":
                    return ""
                raise

    def newest(self, uids: Sequence[str], **wanted: str) -> Task | None:
        """The newest task of these indexes, or with `reverse` the oldest."""
        asked = {"indexUids": ",".join(uids), "limit": "1"} | wanted
        with self._client() as client:
            return next(iter(client.get_tasks(asked).results), None)

    def wait(self, tasks: Iterable[int]) -> None:
        """Until every task is done. Raises SearchUnavailable with the code of one that failed."""
        for task in tasks:
            self.until(lambda task=task: self._is_done(task))  # type: ignore[misc]

    def until(self, is_done: Callable[[], bool]) -> None:
        until, pause = time.monotonic() + self.task_seconds, _FIRST_PAUSE
        while not is_done():
            if time.monotonic() > until:
                raise SearchTimeout(f"a task of Meilisearch is not done after {self.task_seconds:.0f} s")
            if self.closing.wait(pause):
                raise SearchUnavailable("closed before Meilisearch had done it")
            pause = min(_LONGEST_PAUSE, pause * 1.5)

    def _is_done(self, number: int) -> bool:
        with self._client() as client:
            task = client.get_task(number)
        if task.status in ("enqueued", "processing"):
            return False
        if task.status != "succeeded":
            code = (task.error or {}).get("code") or task.status
            log.warning("meilisearch_task_failed task=%s type=%s code=%s", number, task.type, code)
            raise failed_task(code)
        return True

    def _fetch(self, uid: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._client() as client:
            found: Mapping[str, Any] = client.http.post(f"indexes/{uid}/documents/fetch", asked)
            return found

    @contextmanager
    def _client(self) -> Iterator[meilisearch.Client]:
        """One for every use: it keeps the headers of the call in hand, so threads cannot share it."""
        try:
            yield meilisearch.Client(self.url, self.key, timeout=self.call_seconds)
        except MeilisearchApiError as error:
            raise refusal(error.status_code, error.code, key="the key for writing") from error
        except MeilisearchTimeoutError as error:
            raise SearchTimeout("Meilisearch did not answer in time") from error
        except (MeilisearchCommunicationError, OSError) as error:
            raise SearchUnavailable("Meilisearch cannot be reached") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SearchUnavailable("what answers at the Meilisearch address is something else") from error
