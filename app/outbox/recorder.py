"""Writing jobs down, inside the caller's transaction."""

from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import JSON, String

from app.db.base import UtcDateTime
from app.db.engine import WriteSession
from app.db.rows import NewRow
from app.kit import clock
from app.outbox.events import Event
from app.outbox.models import OutboxJob

# The same as `record`, for a statement that purchases wait for; it binds what `values_of` gives.
RECORDED = NewRow(
    "outbox_jobs (topic, payload, created_at, available_at, attempts)",
    ":topic, :payload, :recorded_at, :recorded_at, 0",
    {"topic": String(), "payload": JSON(), "recorded_at": UtcDateTime()},
)


def record(session: WriteSession, event: Event) -> None:
    """Have `event` handled after, and only if, this transaction commits."""
    now = clock.now()
    payload = asdict(cast(Any, event))
    session.add(OutboxJob(topic=event.topic, payload=payload, created_at=now, available_at=now, attempts=0))


def values_of(event: Event) -> dict[str, Any]:
    """What `RECORDED` binds."""
    return {"topic": event.topic, "payload": asdict(cast(Any, event)), "recorded_at": clock.now()}
