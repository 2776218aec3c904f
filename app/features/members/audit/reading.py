"""No audit row, no read: what is read this way leaves the transaction only together with its entry."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from app.db.engine import AuditedSession, Database, WriteSession
from app.db.writing import is_transient, run_write
from app.features.members.audit.denials import denial
from app.features.members.audit.recording import record_audit
from app.kit.errors import Unavailable
from app.kit.text import Text
from app.kit.viewer import Viewer

Result = TypeVar("Result")
# What was read, and the company that it belongs to: the entry stands in that company's access log.
Read = Callable[[AuditedSession], Awaitable[tuple[Result, int | None]]]

log = structlog.get_logger()


async def read_audited(
    database: Database, viewer: Viewer, action: str, read: Read[Result], *, object_kind: str, object_id: str
) -> Result:
    """What `read` loads. It raises NotFound for what the viewer may not see, which is recorded as a denial.

    Raises Unavailable when the entry cannot be written: then nothing was read.
    """

    async def work(session: WriteSession) -> Result:
        async with AuditedSession(await session.connection(), autoflush=False) as reading:
            found, company_id = await read(reading)
        await _record(session, viewer, action, object_kind, object_id, company_id)
        return found

    denied = denial(viewer, action, object_kind=object_kind, object_id=object_id)
    try:
        return await run_write(database, work, on_denied=denied)
    except DBAPIError as error:
        if is_transient(error):  # still, after all repetitions
            raise _unavailable(error) from error
        raise


async def _record(
    session: WriteSession, viewer: Viewer, action: str, kind: str, object_id: str, company_id: int | None
) -> None:
    try:
        await record_audit(
            session, viewer, action, object_kind=kind, object_id=object_id, company_id=company_id
        )
    except DBAPIError as error:
        if is_transient(error):
            raise
        raise _unavailable(error) from error


def _unavailable(error: DBAPIError) -> Unavailable:
    log.error("audit_unavailable", error=type(error).__name__)
    return Unavailable(
        Text(
            zh="审计记录暂时写不进去，所以这里什么都不能显示。请稍后再试。",
            en="The audit trail cannot be written just now, so nothing can be shown. Please try again soon.",
        )
    )
