"""One's own open sessions: which devices are signed in, and ending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.signing_in.models import SignInSession
from app.features.members.signing_in.sessions import end_sessions_of, lifetime_of
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SessionLine:
    """No place and no address: the device and when it was last seen are what its owner knows it by."""

    public_id: str
    device: str
    since: datetime
    seen_at: datetime
    is_this: bool


async def my_sessions(session: AsyncSession, viewer: Viewer) -> Sequence[SessionLine]:
    """Those that could still be used, this one first."""
    now = clock.now()
    idle = lifetime_of("staff" if viewer.is_staff else "member").idle
    rows = await session.execute(
        select(
            SignInSession.id,
            SignInSession.public_id,
            SignInSession.device,
            SignInSession.created_at,
            SignInSession.seen_at,
        )
        .where(
            SignInSession.person_id == viewer.person_id,
            SignInSession.ends_at > now,
            SignInSession.seen_at > now - idle,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id)
    )
    lines = [
        SessionLine(row.public_id, row.device, row.created_at, row.seen_at, row.id == viewer.session_id)
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.is_this)


async def end_one(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """Raises NotFound, also for somebody else's."""
    own = (SignInSession.person_id == viewer.person_id, SignInSession.public_id == public_id)
    if cast(Any, await session.execute(delete(SignInSession).where(*own))).rowcount != 1:
        raise NotFound(
            Text(
                zh="没有这个登录；可能已经结束。",
                en="There is no such session; perhaps it has ended already.",
            )
        )
    await record_audit(session, viewer, "session.end", object_kind="session", object_id=public_id)


async def end_others(session: WriteSession, viewer: Viewer) -> None:
    if viewer.person_id is not None:
        await end_sessions_of(session, [viewer.person_id], but=viewer.session_id)
        await record_audit(session, viewer, "session.end_others")
