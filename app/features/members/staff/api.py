"""The console over JSON."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.models import VENDOR_LENGTH
from app.features.members.policies import STAFF_CONSOLE
from app.features.members.staff.desk import Desk, QueueState
from app.features.members.staff.vendor import declare_vendor
from app.features.members.staff.vendor_form import vendor_from
from app.kit.text import Language
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
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


class VendorIn(StrictModel):
    vendor: Annotated[StorableText, Field(max_length=VENDOR_LENGTH)] | None = Field(
        description="that the reader works for; null for none", examples=["华为"]
    )


@router.put("/staff/vendor", status_code=204, dependencies=[STAFF_CONSOLE.needed])
async def declare(body: VendorIn, database: DatabaseDep, viewer: ViewerDep) -> None:
    """Declare the vendor; it is shown with every decision from now on."""
    works_for = "none" if body.vendor is None else "vendor"
    vendor = vendor_from({"works_for": works_for, "vendor": body.vendor or ""})
    await run_write(database, lambda session: declare_vendor(session, viewer, vendor))
