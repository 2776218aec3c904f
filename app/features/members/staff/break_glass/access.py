"""Whether a viewer has broken glass for an object just now: for the access functions of every room."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.permissions import Permission
from app.features.members.staff.break_glass.models import BreakGlassRequest
from app.kit import clock
from app.kit.viewer import Viewer


async def has_broken_glass(session: AsyncSession, viewer: Viewer, kind: str, object_id: str) -> bool:
    """For reading alone. Whoever answers yes with content does so in `read_audited`."""
    if not (viewer.is_staff and viewer.may(Permission.STAFF_BREAK_GLASS)):
        return False
    opened = select(BreakGlassRequest.id).where(
        BreakGlassRequest.kind == kind,
        BreakGlassRequest.object_id == object_id,
        BreakGlassRequest.requested_by == viewer.person_id,
        BreakGlassRequest.state == "approved",
        BreakGlassRequest.opens_until > clock.now(),
    )
    return await session.scalar(opened.limit(1)) is not None
