"""Companies for staff, over JSON."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.companies.models import NOTE_LENGTH
from app.features.members.companies.notes import clean_note
from app.features.members.companies.overseeing.actions import (
    merge_companies,
    reinstate_company,
    suspend_company,
)
from app.features.members.companies.overseeing.queries import companies_named
from app.features.members.companies.verification.behind_glass import documents_of
from app.features.members.models import COMPANY_NAME_LENGTH
from app.features.members.policies import CHANGE_COMPANIES, STAFF_BROKEN_GLASS, STAFF_COMPANIES
from app.features.members.signing_in.dependencies import PostboxDep
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["staff"], route_class=StrictRoute)


class OverseenOut(BaseModel):
    """Who a company is and how it stands; nothing that is confidential to it."""

    id: str
    name: str
    state: Literal["active", "suspended", "closed"]
    verification: Literal["unverified", "pending", "verified", "refused"]
    created_at: datetime
    members: int
    namesakes: int


class SentOut(BaseModel):
    """A document that the company once sent. Reading it takes breaking glass (`company_document`)."""

    id: str
    sent_at: datetime


class ChangeIn(StrictModel):
    change: Literal["suspend", "reinstate", "merge"]
    reason: StorableText = Field(max_length=NOTE_LENGTH)
    into: StorableText = Field(default="", max_length=40, description="for merge: the company that stays")


@router.get("/staff/companies", dependencies=[STAFF_COMPANIES.needed])
async def list_companies(
    session: ReadSessionDep,
    viewer: ViewerDep,
    name: Annotated[StorableText, Query(max_length=COMPANY_NAME_LENGTH)] = "",
) -> Listing[OverseenOut]:
    """By name; without one, those that share theirs with another."""
    return Listing(
        items=[
            OverseenOut(
                id=one.public_id,
                name=one.name,
                state=one.state,  # type: ignore[arg-type]
                verification=one.verification,  # type: ignore[arg-type]
                created_at=one.created_at,
                members=one.members,
                namesakes=one.namesakes,
            )
            for one in await companies_named(session, viewer, name)
        ]
    )


@router.get("/staff/companies/{public_id}/documents", dependencies=[STAFF_BROKEN_GLASS.needed])
async def list_documents(public_id: str, session: ReadSessionDep, viewer: ViewerDep) -> Listing[SentOut]:
    """What glass could be broken for; nothing of a company that there is not."""
    found = await documents_of(session, viewer, public_id)
    return Listing(items=[SentOut(id=one.public_id, sent_at=one.sent_at) for one in found])


@router.post(
    "/staff/companies/{public_id}/change",
    status_code=204,
    responses={409: {}},
    dependencies=[CHANGE_COMPANIES.needed],
)
async def change(
    public_id: str, body: ChangeIn, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> None:
    """Suspend, reinstate, or merge into another that stays."""
    reason = clean_note(body.reason, field="reason", required=True)

    async def work(session: WriteSession) -> None:
        if body.change == "suspend":
            await suspend_company(session, viewer, postbox, public_id, reason)
        elif body.change == "reinstate":
            await reinstate_company(session, viewer, postbox, public_id, reason)
        else:
            await merge_companies(session, viewer, postbox, public_id, body.into, reason)

    await run_write(database, work)
