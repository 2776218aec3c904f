"""Dropping what is of people and whose time is over: what docs/data-map.md and the mails promise."""

from datetime import timedelta

from sqlalchemy import delete, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.companies.membership.actions import WITHDRAWN
from app.features.members.companies.models import Invitation, Registration
from app.features.members.signing_in.links import LIFETIME
from app.features.members.signing_in.models import Counter, SignInSession, SingleUseLink
from app.kit import clock

INVITATION_SHOWN = timedelta(days=30)  # after it is over: its company may still want to see that nobody came


async def drop_expired(database: Database) -> None:
    """Registrations nobody confirmed, links, sessions and counters that are over, addresses of people who
    were invited and did not come. For the worker, daily."""

    async def work(session: WriteSession) -> None:
        now = clock.now()
        for over in (
            Registration.created_at < now - LIFETIME["confirm_mail"],
            SingleUseLink.expires_at < now,
            SignInSession.ends_at < now,
            Counter.ends_at < now,
        ):
            await session.execute(delete(over.left.table).where(over))
        unanswered = (Invitation.state == "open", Invitation.expires_at < now - INVITATION_SHOWN)
        await session.execute(update(Invitation).where(*unanswered).values(WITHDRAWN))

    await run_write(database, work)
