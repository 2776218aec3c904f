"""Corrections and objections over JSON: the same actions as the page."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.life.forms import clean_id, draft_of, send, spend_report
from app.features.registry.life.models import TEXT_LENGTH
from app.features.registry.life.reporting import PROPOSABLE, ReportState, report_state
from app.features.registry.models import NAME_LENGTH
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.dependencies import DatabaseDep, ReadSessionDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.policy import ANYONE

router = APIRouter(tags=["registry"], route_class=StrictRoute, dependencies=[ANYONE.needed])


class ReportIn(StrictModel):
    """A correction of an organisation, or an objection to an organisation or a fact. No sender is stored."""

    about: Literal["organisation", "fact"]
    id: StorableText = Field(max_length=40, examples=["3xK9aPq2Wm7Z"])
    kind: Literal["correction", "objection"] = "correction"
    text: StorableText = Field(default="", max_length=TEXT_LENGTH, description="what is wrong")
    proposed: dict[str, Annotated[StorableText, Field(max_length=NAME_LENGTH)]] = Field(
        default_factory=dict,
        max_length=len(PROPOSABLE),
        description="for corrections: " + ", ".join(PROPOSABLE) + ", as they should be",
    )


class ReportOut(BaseModel):
    """What became of a report; its words are never shown again."""

    id: str
    kind: str
    about: str
    subject: str
    state: Literal["open", "accepted", "refused"]
    reason: str | None = Field(description="of the decision")
    created_at: datetime
    decided_at: datetime | None
    vendor: str | None = Field(
        description="that the moderator who decided declares to work for; empty for none, null where the "
        "operator decided"
    )
    href: str


# The subject is named in the body: it may be unknown, gone elsewhere, or reported too often.
_REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"description": HTTPStatus(code).phrase} for code in (404, 409, 410)
}


@router.post("/reports", status_code=201, responses=_REFUSALS)
async def send_report(
    body: ReportIn, request: Request, database: DatabaseDep, catalogue: CatalogueDep
) -> ReportOut:
    """Queue a correction or an objection; the same one sent again is the same report."""
    unknown = next((field for field in body.proposed if field not in PROPOSABLE), None)
    if unknown is not None:
        listed = ", ".join(PROPOSABLE)
        raise Invalid(
            Text(zh=f"proposed 只接受：{listed}", en=f"proposed accepts: {listed}"), field="proposed"
        )
    given = {**body.proposed, "about": body.about, "id": body.id, "kind": body.kind, "text": body.text}
    draft = draft_of(given)
    spend_report(request)
    public_id = await send(database, draft, catalogue)
    async with database.reading() as fresh:
        return _out(await report_state(fresh, public_id))


@router.get("/reports/{public_id}")
async def show_report(public_id: str, session: ReadSessionDep) -> ReportOut:
    """What became of a report."""
    return _out(await report_state(session, clean_id(public_id)))


def _out(report: ReportState) -> ReportOut:
    return ReportOut(
        id=report.public_id,
        kind=report.kind,
        about=report.about,
        subject=report.subject,
        state=report.state,  # type: ignore[arg-type]
        reason=report.reason,
        created_at=report.created_at,
        decided_at=report.decided_at,
        vendor=report.vendor,
        href=report.href,
    )
