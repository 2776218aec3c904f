"""Pages about the members of one's own company."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.addresses import clean_mail
from app.features.members.companies.access import access_colleague
from app.features.members.companies.answers import form_page
from app.features.members.companies.membership.actions import (
    change_role,
    invite,
    leave,
    reinstate,
    remove,
    suspend,
    withdraw,
)
from app.features.members.companies.membership.queries import colleagues_of, open_invitations
from app.features.members.companies.membership.roles import ROLES, clean_role, matrix_rows
from app.features.members.policies import COMPANY, LEAVE_COMPANY, MANAGE_MEMBERS
from app.features.members.signing_in.cookies import take_session
from app.features.members.signing_in.dependencies import PostboxDep
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter()
_LIST = "/company/members"


@router.get("/company/members", dependencies=[COMPANY.needed])
async def members(page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """Everybody of the company; addresses and invitations for those who manage them."""
    return page.respond(
        "members/companies/members.html",
        colleagues=await colleagues_of(session, viewer),
        invitations=await open_invitations(session, viewer),
        roles=ROLES,
        matrix=matrix_rows(),
    )


@router.get("/company/members/invite", dependencies=[MANAGE_MEMBERS.needed])
async def invitation_form(page: PageDep) -> Response:
    return _invitation(page, {})


@router.post("/company/members/invite", dependencies=[MANAGE_MEMBERS.needed])
async def send_invitation(
    request: Request, page: PageDep, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> Response:
    """A mail with a link; back to the list, where the invitation stands."""
    given = await typed(request)
    try:
        mail, role = clean_mail(given.get("mail", "")), clean_role(given.get("role", ""))
        await run_write(
            database,
            lambda session: invite(session, viewer, postbox, mail=mail, role=role, language=page.language),
        )
    except (Invalid, LimitReached) as error:
        return _invitation(page, given, error)
    return RedirectResponse(_LIST, 303)


@router.post("/company/invitations/{public_id}/withdrawal", dependencies=[MANAGE_MEMBERS.needed])
async def withdraw_invitation(public_id: str, viewer: ViewerDep, database: DatabaseDep) -> Response:
    await run_write(database, lambda session: withdraw(session, viewer, public_id))
    return RedirectResponse(_LIST, 303)


@router.get("/company/members/{public_id}", dependencies=[MANAGE_MEMBERS.needed])
async def member(public_id: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What an admin may do about a colleague."""
    return await _member(page, session, viewer, public_id)


@router.post("/company/members/{public_id}/role", dependencies=[MANAGE_MEMBERS.needed])
async def set_role(
    public_id: str,
    request: Request,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    postbox: PostboxDep,
) -> Response:
    given = await typed(request)

    async def work(writing: WriteSession) -> None:
        await change_role(writing, viewer, postbox, public_id, clean_role(given.get("role", "")))

    return await _done(page, session, viewer, database, public_id, work)


@router.post("/company/members/{public_id}/suspension", dependencies=[MANAGE_MEMBERS.needed])
async def suspend_member(
    public_id: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep, database: DatabaseDep
) -> Response:
    """Out with the next request, until reinstated."""
    return await _done(
        page, session, viewer, database, public_id, lambda writing: suspend(writing, viewer, public_id)
    )


@router.post("/company/members/{public_id}/reinstatement", dependencies=[MANAGE_MEMBERS.needed])
async def reinstate_member(
    public_id: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep, database: DatabaseDep
) -> Response:
    return await _done(
        page, session, viewer, database, public_id, lambda writing: reinstate(writing, viewer, public_id)
    )


@router.post("/company/members/{public_id}/removal", dependencies=[MANAGE_MEMBERS.needed])
async def remove_member(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    postbox: PostboxDep,
) -> Response:
    """For good; what they wrote stays."""
    return await _done(
        page,
        session,
        viewer,
        database,
        public_id,
        lambda writing: remove(writing, viewer, postbox, public_id),
    )


@router.get("/company/leaving", dependencies=[LEAVE_COMPANY.needed])
async def leaving_form(page: PageDep) -> Response:
    return form_page(page, "members/companies/leaving.html")


@router.post("/company/leaving", dependencies=[LEAVE_COMPANY.needed])
async def leave_company(
    request: Request, page: PageDep, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> Response:
    try:
        await run_write(database, lambda session: leave(session, viewer, postbox))
    except Conflict as error:
        return form_page(page, "members/companies/leaving.html", error)
    response = RedirectResponse("/", 303)
    take_session(request, response)
    return response


def _invitation(page: Page, given: Mapping[str, str], error: DomainError | None = None) -> Response:
    return form_page(
        page,
        "members/companies/invite.html",
        error,
        values={"mail": given.get("mail", ""), "role": given.get("role", "sales")},
        roles=ROLES,
        matrix=matrix_rows(),
    )


async def _done(
    page: Page,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    public_id: str,
    work: Callable[[WriteSession], Awaitable[None]],
) -> Response:
    """Back to the list, or the page of the member again with what was wrong."""
    try:
        await run_write(database, work)
    except (Conflict, Invalid) as error:
        return await _member(page, session, viewer, public_id, error)
    return RedirectResponse(_LIST, 303)


async def _member(
    page: Page,
    session: ReadSessionDep,
    viewer: ViewerDep,
    public_id: str,
    error: DomainError | None = None,
) -> Response:
    found = await access_colleague(session, viewer, public_id)
    return form_page(
        page,
        "members/companies/member.html",
        error,
        member=found,
        is_oneself=found.public_id == viewer.public_id,
        roles=ROLES,
        matrix=matrix_rows(),
    )
