"""Mails that were given up, over JSON."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.mail.console import delete_mail, retry_mail, stuck_mails
from app.features.members.policies import STAFF_MAIL
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import MAX_INTEGER, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["staff"], route_class=StrictRoute, dependencies=[STAFF_MAIL.needed])
MailId = Annotated[int, Path(ge=1, le=MAX_INTEGER)]


class StuckMailOut(BaseModel):
    id: int
    kind: str
    created_at: datetime
    problem: str | None = Field(description="kind of the last failure")


@router.get("/staff/mail")
async def list_stuck(session: ReadSessionDep) -> Listing[StuckMailOut]:
    """The oldest first; never to whom nor what."""
    return Listing(
        items=[
            StuckMailOut(id=one.id, kind=one.kind, created_at=one.created_at, problem=one.problem)
            for one in await stuck_mails(session)
        ]
    )


@router.post("/staff/mail/{mail_id}/retry", status_code=204)
async def retry(mail_id: MailId, viewer: ViewerDep, database: DatabaseDep) -> None:
    """Try for two more days."""
    await run_write(database, lambda session: retry_mail(session, viewer, mail_id))


@router.post("/staff/mail/{mail_id}/deletion", status_code=204)
async def remove(mail_id: MailId, viewer: ViewerDep, database: DatabaseDep) -> None:
    """For a mail that nobody can receive."""
    await run_write(database, lambda session: delete_mail(session, viewer, mail_id))
