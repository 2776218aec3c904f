"""The registry's pages in the console of staff."""

from datetime import timedelta

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage, StaffQueue, Waiting
from app.features.registry.life.models import Report
from app.features.registry.life.reporting import ANSWERED_IN_DAYS
from app.kit.text import Text
from app.kit.viewer import Viewer


async def _waiting(session: ReadSession, viewer: Viewer) -> Waiting:
    waiting = select(func.count(), func.min(Report.created_at)).where(Report.state == "open")
    return Waiting(*(await session.execute(waiting)).one())


PAGES = (
    StaffPage(
        "reports",
        Text("更正与异议", "Reports"),
        "/staff/reports",
        Permission.STAFF_MODERATE,
        order=20,
        queue=StaffQueue(_waiting, answered_within=timedelta(days=ANSWERED_IN_DAYS)),
    ),
)
