"""Following and no longer following. Doing either twice changes nothing."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db.engine import WriteSession
from app.features.follows.access import access_follow, visible_follows
from app.features.follows.models import Follow
from app.kit import clock
from app.kit.errors import LimitReached
from app.kit.ids import random_id
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text
from app.kit.viewer import Viewer

MAX_FOLLOWS = 1_000  # of a person


async def follow(session: WriteSession, viewer: Viewer, subjects: Sequence[Subject]) -> list[Subject]:
    """Follow all of them or none; returns those that are new. Raises LimitReached."""
    held = {
        Subject(kind, subject)
        for kind, subject in await session.execute(
            select(Follow.kind, Follow.subject).where(visible_follows(viewer))
        )
    }
    new = [one for one in dict.fromkeys(subjects) if one not in held]
    if len(held) + len(new) > MAX_FOLLOWS:
        raise _too_many(len(held), len(new))
    return [one for one in new if await _add(session, viewer, one)]


async def unfollow(session: WriteSession, viewer: Viewer, subject: Subject) -> None:
    await session.execute(
        delete(Follow).where(
            visible_follows(viewer), Follow.kind == subject.kind, Follow.subject == subject.public_id
        )
    )


async def remove_follow(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """Raises NotFound for one that is not there, or not the viewer's."""
    found = await access_follow(session, viewer, public_id)
    await unfollow(session, viewer, found.subject)


async def move_follows(session: WriteSession, kind: SubjectKind, from_id: str, into_id: str) -> None:
    """What was followed became part of another (public ids): whoever followed it follows that one."""
    already = select(Follow.person_id).where(Follow.kind == kind, Follow.subject == into_id)
    of_gone = (Follow.kind == kind, Follow.subject == from_id)
    await session.execute(delete(Follow).where(*of_gone, Follow.person_id.in_(already)))
    await session.execute(update(Follow).where(*of_gone).values(subject=into_id))


async def forget_follows(session: WriteSession, *, person_ids: Collection[int]) -> int:
    """Of people who are gone; returns how many there were."""
    gone = await session.execute(delete(Follow).where(Follow.person_id.in_(person_ids)))
    return int(cast(Any, gone).rowcount)


async def forget_follows_of_company(session: WriteSession, company_id: int) -> None:
    await session.execute(delete(Follow).where(Follow.company_id == company_id))


async def _add(session: WriteSession, viewer: Viewer, subject: Subject) -> bool:
    """False where another request of the same person was faster."""
    added = insert(Follow).values(
        public_id=random_id(),
        company_id=viewer.company_id,
        person_id=viewer.person_id,
        kind=subject.kind,
        subject=subject.public_id,
        created_at=clock.now(),
    )
    try:
        async with session.begin_nested():
            await session.execute(added)
    except IntegrityError:
        return False
    return True


def _too_many(held: int, new: int) -> LimitReached:
    room = max(MAX_FOLLOWS - held, 0)
    return LimitReached(
        Text(
            zh=f"最多关注 {MAX_FOLLOWS:,} 项，你已关注 {held:,} 项，还能加 {room:,} 项，这次要加 {new:,} 项。"
            "请先取消一些，再加新的。",
            en=f"You can follow up to {MAX_FOLLOWS:,}. You follow {held:,}, so there is room for {room:,}; "
            f"these are {new:,}. Please remove some first.",
        ),
        field="names" if new > 1 else "id",
    )
