"""The console over JSON."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.features.members.policies import STAFF_CONSOLE
from app.features.members.staff.desk import Desk, QueueState
from app.kit.text import Language
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(tags=["staff"], route_class=StrictRoute)


class QueueOut(BaseModel):
    """A queue of the roles that the reader holds."""

    key: str
    label: str
    href: str = Field(description="its page")
    waiting: int | None = Field(description="null: could not be counted just now")
    oldest_at: datetime | None
    due_at: datetime | None = Field(description="when the oldest must be answered")
    late: bool


@router.get("/staff", dependencies=[STAFF_CONSOLE.needed])
async def console(
    request: Request, session: ReadSessionDep, viewer: ViewerDep, language: LanguageDep
) -> Listing[QueueOut]:
    """What waits for staff, the nearest due date first."""
    desk: Desk = request.app.state.desk
    return Listing(items=[_out(state, language) for state in await desk.queues(session, viewer)])


def _out(state: QueueState, language: Language) -> QueueOut:
    return QueueOut(
        key=state.page.key,
        label=state.page.label.in_language(language),
        href=state.page.href,
        waiting=state.waiting.count if state.waiting else None,
        oldest_at=state.waiting.oldest_at if state.waiting else None,
        due_at=state.due_at,
        late=state.is_late,
    )
