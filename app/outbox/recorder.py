"""Writing jobs down, inside the caller's transaction."""

from dataclasses import asdict
from typing import Any, cast

from app.db.engine import WriteSession
from app.kit import clock
from app.outbox.events import Event
from app.outbox.models import OutboxJob


def record(session: WriteSession, event: Event) -> None:
    """Have `event` handled after, and only if, this transaction commits."""
    now = clock.now()
    payload = asdict(cast(Any, event))
    session.add(OutboxJob(topic=event.topic, payload=payload, created_at=now, available_at=now, attempts=0))
