"""Who may see a follow: the person whose it is, in the company it was made in. Nothing else loads them."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.follows.models import Follow
from app.features.follows.records import FollowRecord, record_from
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

COLUMNS = (Follow.public_id, Follow.kind, Follow.subject, Follow.created_at)


def visible_follows(viewer: Viewer) -> ColumnElement[bool]:
    """As a filter of `follows`; for anybody but a member it holds for no row."""
    return and_(Follow.company_id == viewer.company_id, Follow.person_id == viewer.person_id)


async def access_follow(session: AsyncSession, viewer: Viewer, public_id: str) -> FollowRecord:
    """Raises NotFound, alike for one that is missing and for somebody else's."""
    statement = select(*COLUMNS).where(Follow.public_id == public_id, visible_follows(viewer))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(
            Text(
                zh="没有这条关注。它可能已经取消。", en="There is no such follow. It may have been removed."
            ),
            field="id",
        )
    return record_from(row)
