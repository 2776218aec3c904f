"""Mails that were given up: for staff, by kind and cause. What they say and to whom stays sealed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import TRIED_FOR, MailWritten
from app.features.members.staff.desk import Waiting
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.outbox.recorder import record

_SHOWN = 200
_LATE = timedelta(hours=25)  # after the outbox itself has given up: the process died each time


@dataclass(frozen=True, slots=True)
class StuckMail:
    id: int
    kind: str
    created_at: datetime
    problem: str | None


def _stuck() -> ColumnElement[bool]:
    forgotten = and_(Mail.state == "waiting", Mail.give_up_at < clock.now() - _LATE)
    return or_(Mail.state == "given_up", forgotten)


async def stuck_mails(session: AsyncSession) -> list[StuckMail]:
    """The oldest first."""
    found = select(Mail.id, Mail.kind, Mail.created_at, Mail.problem).where(_stuck())
    return [StuckMail(*row) for row in await session.execute(found.order_by(Mail.id).limit(_SHOWN))]


async def waiting_mails(session: AsyncSession) -> int:
    """On their way."""
    return await session.scalar(select(func.count()).where(Mail.state == "waiting", ~_stuck())) or 0


async def stuck_queue(session: AsyncSession, _: Viewer) -> Waiting:
    """For the console."""
    counted = select(func.count(), func.min(Mail.created_at)).where(_stuck())
    return Waiting(*(await session.execute(counted)).one())


async def retry_mail(session: WriteSession, viewer: Viewer, mail_id: int) -> None:
    """Try for two more days. Raises NotFound."""
    now = clock.now()
    again = update(Mail).where(Mail.id == mail_id, _stuck()).returning(Mail.id)
    values = {"state": "waiting", "give_up_at": now + TRIED_FOR, "problem": None}
    if await session.scalar(again.values(values)) is None:
        raise _gone()
    record(session, MailWritten(mail_id))
    await record_audit(session, viewer, "mail.retry", object_kind="mail", object_id=str(mail_id))


async def delete_mail(session: WriteSession, viewer: Viewer, mail_id: int) -> None:
    """What nobody can receive need not be kept. Raises NotFound."""
    gone = delete(Mail).where(Mail.id == mail_id, _stuck()).returning(Mail.id)
    if await session.scalar(gone) is None:
        raise _gone()
    await record_audit(session, viewer, "mail.delete", object_kind="mail", object_id=str(mail_id))


def _gone() -> NotFound:
    return NotFound(
        Text(
            zh="这封邮件已经发出、删除或正在重发。",
            en="This mail was sent, deleted, or is being tried again.",
        )
    )
