"""The same queue over JSON."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.features.members.policies import STAFF_MODERATE
from app.features.members.staff.asking_vendor import VendorDep
from app.features.registry.desk.forms import decide_report
from app.features.registry.life.models import REASON_LENGTH
from app.features.registry.life.review import OpenReport, open_reports
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["staff"], route_class=StrictRoute, dependencies=[STAFF_MODERATE.needed])
_DEEPEST = 5_000


class WaitingReport(BaseModel):
    """A correction or an objection that waits. Nothing is known of who sent it."""

    id: str
    kind: Literal["correction", "objection"]
    about: Literal["organisation", "fact"]
    subject: str = Field(description="id of the organisation or the fact")
    title: str
    current: dict[str, str] = Field(description="how the organisation stands")
    proposed: dict[str, str]
    text: str
    created_at: datetime


class DecisionIn(StrictModel):
    accept: bool
    reason: Annotated[StorableText, Field(min_length=1, max_length=REASON_LENGTH)] = Field(
        description="shown to whoever reported"
    )


class DecisionOut(BaseModel):
    id: str
    state: Literal["accepted", "refused"]
    already: bool = Field(description="it was decided so before; nothing changed")


@router.get("/staff/reports")
async def waiting_reports(
    session: ReadSessionDep,
    vendor: VendorDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> Listing[WaitingReport]:
    """What waits for a decision, the oldest first."""
    offset = cursors.decode(cursor)
    found = await open_reports(session, limit=limit + 1, offset=offset)
    following = cursors.encode(offset + limit) if len(found) > limit and offset < _DEEPEST else None
    return Listing(items=[_out(report) for report in found[:limit]], next=following)


@router.post("/staff/reports/{public_id}/decision")
async def decide_waiting(
    public_id: str, body: DecisionIn, database: DatabaseDep, viewer: ViewerDep
) -> DecisionOut:
    """Accept or refuse; what is accepted is done at once."""
    done = await decide_report(database, viewer, public_id, accept=body.accept, reason=body.reason)
    return DecisionOut(id=done.public_id, state=done.state, already=done.already)  # type: ignore[arg-type]


def _out(report: OpenReport) -> WaitingReport:
    return WaitingReport(
        id=report.public_id,
        kind=report.kind,  # type: ignore[arg-type]
        about=report.about,  # type: ignore[arg-type]
        subject=report.subject,
        title=report.title,
        current=report.current,
        proposed=report.proposed,
        text=report.text,
        created_at=report.created_at,
    )
