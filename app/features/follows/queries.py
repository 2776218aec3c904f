"""What a viewer follows. Every read goes through `visible_follows`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.follows.access import COLUMNS, visible_follows
from app.features.follows.models import Follow, FollowCount
from app.features.follows.records import FollowRecord, record_from
from app.kit.subject import Subject, SubjectKind
from app.kit.viewer import Viewer


async def follows_of(
    session: AsyncSession,
    viewer: Viewer,
    *,
    kind: SubjectKind | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[FollowRecord]:
    """The newest first."""
    statement = select(*COLUMNS).where(visible_follows(viewer))
    if kind is not None:
        statement = statement.where(Follow.kind == kind)
    statement = statement.order_by(Follow.created_at.desc(), Follow.id.desc()).limit(limit).offset(offset)
    return [record_from(row) for row in await session.execute(statement)]


async def counts_of(session: AsyncSession, viewer: Viewer) -> dict[SubjectKind, int]:
    """How many of each kind; kinds that the viewer does not follow are absent."""
    counted = select(Follow.kind, func.count()).where(visible_follows(viewer)).group_by(Follow.kind)
    return dict((await session.execute(counted)).all())


async def follow_of(session: AsyncSession, viewer: Viewer, subject: Subject) -> FollowRecord | None:
    statement = select(*COLUMNS).where(
        visible_follows(viewer), Follow.kind == subject.kind, Follow.subject == subject.public_id
    )
    row = (await session.execute(statement)).one_or_none()
    return record_from(row) if row is not None else None


async def companies_following(session: AsyncSession, viewer: Viewer, subject: Subject) -> int | None:
    """As of this week's count, at least so many; None where too few follow it for anybody to be told."""
    found: int | None = await session.scalar(
        select(FollowCount.companies).where(
            FollowCount.kind == subject.kind, FollowCount.subject == subject.public_id
        )
    )
    return found


def subjects_followed(viewer: Viewer, kind: SubjectKind) -> Select[str, datetime]:
    """For a room that joins them with rows of its own: columns `public_id` and `since`."""
    return select(Follow.subject.label("public_id"), Follow.created_at.label("since")).where(
        visible_follows(viewer), Follow.kind == kind
    )
