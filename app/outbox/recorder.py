"""Writing jobs down, inside the caller's transaction."""

from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import JSON, TextClause, bindparam, text

from app.db.base import UtcDateTime
from app.db.engine import WriteSession
from app.kit import clock
from app.outbox.events import Event
from app.outbox.models import OutboxJob

_RECORDING = (
    "INSERT INTO outbox_jobs (topic, payload, created_at, available_at, attempts)"
    " SELECT :topic, :payload, :recorded_at, :recorded_at, 0"
)


def record(session: WriteSession, event: Event) -> None:
    """Have `event` handled after, and only if, this transaction commits."""
    now = clock.now()
    payload = asdict(cast(Any, event))
    session.add(OutboxJob(topic=event.topic, payload=payload, created_at=now, available_at=now, attempts=0))


def recording(*, before: str = "", after: str = "") -> TextClause:
    """The same as a statement, for `app.db.direct` where purchases wait for it: with `before` and `after`
    it becomes part of a larger one. It takes the values that `values_of` gives."""
    return text(before + _RECORDING + after).bindparams(
        bindparam("payload", type_=JSON()), bindparam("recorded_at", type_=UtcDateTime())
    )


def values_of(event: Event) -> dict[str, Any]:
    """What `recording` binds."""
    return {"topic": event.topic, "payload": asdict(cast(Any, event)), "recorded_at": clock.now()}
