"""Recording who was refused, without letting anybody flood the trail.

Of one person at most HOURLY denials an hour become entries; the last of them says that more are left out.
Nobody known leaves none: what outsiders try stands in the request log alone.
"""

import re
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.writing import Work, run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.recording import record_audit
from app.kit import clock
from app.kit.viewer import Viewer

HOURLY = 20
_OFTEN = "denied.often"  # and what follows within the hour is left out
_LOOKED_AT = 200
_ID_LENGTH = 40
_PUBLIC_ID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{12,22}")

log = structlog.get_logger()


def denial(viewer: Viewer, action: str, *, object_kind: str = "", object_id: str = "") -> Work[None]:
    """For `run_write(on_denied=…)`. What stands in an address need not be an id: what is none is left out."""
    return _recorder(viewer, action, object_kind, object_id if _PUBLIC_ID.fullmatch(object_id) else "")


def _recorder(viewer: Viewer, action: str, kind: str, object_id: str) -> Work[None]:
    async def record(session: WriteSession) -> None:
        if viewer.person_id is None:
            return
        known = await _denials_of(session, viewer.person_id)
        if known < HOURLY:
            often = known == HOURLY - 1
            await record_audit(
                session,
                viewer,
                _OFTEN if often else action,
                object_kind=kind,
                object_id=object_id[:_ID_LENGTH],
                result="denied",
            )

    return record


class PolicyDenials:
    """What `app.web.policy` tells of routes that refused somebody known."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refused(self, viewer: Viewer, *, face: str, method: str, route: str) -> None:
        """The refusal stands, whether or not it could be recorded."""
        if viewer.person_id is None:
            return
        try:
            async with self._database.reading() as session:
                if await _denials_of(session, viewer.person_id) >= HOURLY:
                    return
            record = _recorder(viewer, "route.use", face, f"{method} {route}")
            await run_write(self._database, record)
        except DBAPIError as error:
            log.error("denial_not_recorded", error=type(error).__name__)


async def _denials_of(session: AsyncSession, person_id: int) -> int:
    """Within the last hour, among the newest entries of this person."""
    newest = (
        select(AuditEntry.result, AuditEntry.at)
        .where(AuditEntry.actor_id == person_id)
        .order_by(AuditEntry.id.desc())
        .limit(_LOOKED_AT)
    )
    since = clock.now() - timedelta(hours=1)
    return sum(row.result == "denied" and row.at > since for row in await session.execute(newest))
