"""Single-use links: issued for one purpose, redeemed once, within their time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.signing_in.models import SingleUseLink
from app.features.members.signing_in.tokens import hashed, new_token
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text

Purpose = Literal["confirm_mail", "reset_password", "change_mail", "invitation", "export"]
LIFETIME: dict[Purpose, timedelta] = {
    "confirm_mail": timedelta(hours=72),
    "reset_password": timedelta(minutes=30),
    "change_mail": timedelta(hours=24),
    "invitation": timedelta(hours=72),
    "export": timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Link:
    person_id: int | None
    subject: str


async def issue_link(
    session: WriteSession,
    purpose: Purpose,
    *,
    person_id: int | None = None,
    subject: str = "",
    lifetime: timedelta | None = None,
) -> str:
    """The token of a new link; former ones of the same purpose and person (or subject) end here.

    `lifetime`: for somebody who does not sit waiting for it.
    """
    same = SingleUseLink.purpose == purpose
    if person_id is not None:
        await session.execute(delete(SingleUseLink).where(same, SingleUseLink.person_id == person_id))
    else:
        await session.execute(delete(SingleUseLink).where(same, SingleUseLink.subject == subject))
    token = new_token()
    await session.execute(
        insert(SingleUseLink).values(
            token_hash=hashed(token),
            purpose=purpose,
            person_id=person_id,
            subject=subject,
            expires_at=clock.now() + (lifetime or LIFETIME[purpose]),
        )
    )
    return token


async def drop_links(session: WriteSession, person_id: int, *purposes: Purpose) -> None:
    """For what overtakes them: they open nothing any more."""
    theirs = (SingleUseLink.person_id == person_id, SingleUseLink.purpose.in_(purposes))
    await session.execute(delete(SingleUseLink).where(*theirs))


async def peek_link(session: AsyncSession, purpose: Purpose, token: str) -> Link:
    """What a link would do, without using it: for the page that asks. Raises NotFound, as redeeming does."""
    found = (
        await session.execute(
            select(SingleUseLink.person_id, SingleUseLink.subject).where(*_usable(purpose, token))
        )
    ).one_or_none()
    if found is None:
        raise link_gone()
    return Link(found.person_id, found.subject)


async def redeem_link(session: WriteSession, purpose: Purpose, token: str) -> Link:
    """Use it up. Raises NotFound for one that is unknown, used, over, or of another purpose: one answer."""
    link = await peek_link(session, purpose, token)
    used = await session.execute(
        update(SingleUseLink).where(*_usable(purpose, token)).values(used_at=clock.now())
    )
    if cast(Any, used).rowcount != 1:
        raise link_gone()
    return link


def _usable(purpose: Purpose, token: str) -> tuple[Any, ...]:
    return (
        SingleUseLink.token_hash == hashed(token),
        SingleUseLink.purpose == purpose,
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > clock.now(),
    )


def link_gone() -> NotFound:
    return NotFound(
        Text(
            zh="这个链接已用过、已过期或不完整。请重新申请一个。",
            en="This link was used, has expired or is incomplete. Please ask for a new one.",
        )
    )
