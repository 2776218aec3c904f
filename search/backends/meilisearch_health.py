"""What operators are told of the Meilisearch server."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from search.backends.meilisearch_admin import Admin
from search.backends.meilisearch_errors import failed_task, stale
from search.backends.meilisearch_indexes import Indexes, State
from search.backends.meilisearch_schema import CARD_KEY
from search.backends.meilisearch_words import Field, word
from search.contract import EngineHealth, SearchUnavailable

_WRITES = "documentAdditionOrUpdate,documentDeletion"
_WORST: tuple[State, ...] = ("foreign", "stale", "ok")


def examine(
    admin: Admin, find_kinds: Callable[[], Sequence[Indexes]], *, engine: str, schema: str
) -> EngineHealth:
    """Of the kinds in use here and those on the server."""
    try:
        version = admin.version()
        kinds = find_kinds()
        states = {one.kind: one.state() for one in kinds}
        documents = {one.kind: _count(one) if states[one.kind] == "ok" else 0 for one in kinds}
        worst: State = next((state for state in _WORST if state in states.values()), "empty")
        told: Literal["ok", "stale", "empty"] = "stale" if worst == "foreign" else worst
        built = [one.live for one in kinds if states[one.kind] != "empty"]
        not_ours = [one.live for one in kinds if states[one.kind] in ("foreign", "stale")]
        return EngineHealth(
            told,
            engine,
            version,
            {kind: count for kind, count in documents.items() if states[kind] != "empty"},
            schema,
            lag_seconds=_lag(admin, built),
            detail=str(stale(", ".join(not_ours))) if not_ours else _last_failure(admin, built),
        )
    except SearchUnavailable as error:
        return EngineHealth("down", engine, "", {}, schema, detail=str(error))


def _count(one: Indexes) -> int:
    deleted = one.admin.count(one.live, f"marks = {word(Field.DELETED, '')}")
    return one.admin.count(one.live) - deleted - 1  # the card


def _lag(admin: Admin, uids: Sequence[str]) -> float:
    """Age of the oldest write that waits in the server's queue."""
    oldest = admin.newest(uids, statuses="enqueued,processing", reverse="true") if uids else None
    return max(0.0, (datetime.now(UTC) - _utc(oldest.enqueued_at)).total_seconds()) if oldest else 0.0


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _last_failure(admin: Admin, uids: Sequence[str]) -> str:
    """What the newest write since the rebuild failed of; searches may still be well."""
    for uid in uids:
        task = admin.newest([uid], types=_WRITES, statuses="succeeded,failed")
        if task is None or task.status != "failed" or task.finished_at is None:
            continue
        proof = admin.document(uid, CARD_KEY) or {}
        if _utc(task.finished_at).timestamp() * 1000 > proof.get("made", 0):
            return str(failed_task((task.error or {}).get("code")))
    return ""
