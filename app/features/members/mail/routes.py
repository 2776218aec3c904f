"""The page of staff about mails that were given up."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.mail.console import delete_mail, retry_mail, stuck_mails, waiting_mails
from app.features.members.policies import STAFF_MAIL
from app.features.members.staff.frame import StaffFrameDep
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import MAX_INTEGER

router = APIRouter(dependencies=[STAFF_MAIL.needed])
MailId = Annotated[int, Path(ge=1, le=MAX_INTEGER)]


@router.get("/staff/mail")
async def mail(frame: StaffFrameDep, session: ReadSessionDep) -> Response:
    return await frame.respond(
        "members/mail/stuck.html",
        current="mail",
        mails=await stuck_mails(session),
        waiting=await waiting_mails(session),
    )


@router.post("/staff/mail/{mail_id}/retry")
async def retry(mail_id: MailId, viewer: ViewerDep, database: DatabaseDep) -> Response:
    await run_write(database, lambda session: retry_mail(session, viewer, mail_id))
    return RedirectResponse("/staff/mail", 303)


@router.post("/staff/mail/{mail_id}/deletion")
async def remove(mail_id: MailId, viewer: ViewerDep, database: DatabaseDep) -> Response:
    await run_write(database, lambda session: delete_mail(session, viewer, mail_id))
    return RedirectResponse("/staff/mail", 303)
