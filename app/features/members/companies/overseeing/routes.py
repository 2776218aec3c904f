"""Companies in the console of staff."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.companies.answers import status_of
from app.features.members.companies.notes import clean_note
from app.features.members.companies.overseeing.actions import (
    merge_companies,
    reinstate_company,
    suspend_company,
)
from app.features.members.companies.overseeing.queries import companies_named, overseen_company
from app.features.members.companies.verification.behind_glass import documents_of
from app.features.members.models import COMPANY_NAME_LENGTH
from app.features.members.policies import CHANGE_COMPANIES, STAFF_COMPANIES
from app.features.members.signing_in.dependencies import PostboxDep
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, Invalid
from app.kit.text import Text
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.forms import typed
from app.web.inputs import clean_text

router = APIRouter()
_KEY = "companies"
_NAME = Text(zh="公司名称", en="Company name")


@router.get("/staff/companies", dependencies=[STAFF_COMPANIES.needed])
async def companies(
    frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep, name: str = ""
) -> Response:
    """Found by name; without one, those that share theirs."""
    wanted = clean_text(name, field="name", label=_NAME, max_length=COMPANY_NAME_LENGTH)
    found = await companies_named(session, viewer, wanted)
    return await frame.respond(
        "members/companies/staff_companies.html", current=_KEY, companies=found, name=wanted
    )


@router.get("/staff/companies/{public_id}", dependencies=[STAFF_COMPANIES.needed])
async def company(
    public_id: str, frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep
) -> Response:
    return await _shown(frame, session, viewer, public_id)


@router.get("/staff/companies/{public_id}/change", dependencies=[CHANGE_COMPANIES.needed])
async def change_form(
    public_id: str, frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep
) -> Response:
    """Suspending, reinstating, merging: with a second factor given a moment ago."""
    return await _form(frame, session, viewer, public_id, {})


@router.post("/staff/companies/{public_id}/change", dependencies=[CHANGE_COMPANIES.needed])
async def change(
    public_id: str,
    request: Request,
    frame: StaffFrameDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    postbox: PostboxDep,
) -> Response:
    given = await typed(request)
    try:
        reason = clean_note(given.get("reason", ""), field="reason", required=True)
        into = given.get("into", "")
        works: dict[str, Callable[[WriteSession], Awaitable[None]]] = {
            "suspend": lambda writing: suspend_company(writing, viewer, postbox, public_id, reason),
            "reinstate": lambda writing: reinstate_company(writing, viewer, postbox, public_id, reason),
            "merge": lambda writing: merge_companies(writing, viewer, postbox, public_id, into, reason),
        }
        work = works.get(given.get("change", ""))
        if work is None:
            raise Invalid(Text(zh="请选择要做什么。", en="Please choose what to do."), field="change")
        await run_write(database, work)
    except (Invalid, Conflict) as error:
        return await _form(frame, session, viewer, public_id, given, error)
    return RedirectResponse(f"/staff/companies/{public_id}", 303)


async def _shown(frame: StaffFrame, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    one, same, changes = await overseen_company(session, viewer, public_id)
    return await frame.respond(
        "members/companies/staff_company.html",
        current=_KEY,
        company=one,
        same=same,
        changes=changes,
        documents=await documents_of(session, viewer, public_id),
    )


async def _form(
    frame: StaffFrame,
    session: ReadSessionDep,
    viewer: ViewerDep,
    public_id: str,
    given: Mapping[str, str],
    error: DomainError | None = None,
) -> Response:
    one, same, _ = await overseen_company(session, viewer, public_id)
    return await frame.respond(
        "members/companies/staff_company_change.html",
        current=_KEY,
        status_code=status_of(error),
        company=one,
        same=[other for other in same if other.state == "active"],
        values={name: given.get(name, "") for name in ("change", "into", "reason")},
        error=error.message if error else None,
    )
