"""The page that the mail of an invitation leads to."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.companies.answers import form_page
from app.features.members.companies.membership.accepting import accept, invitation_at
from app.features.members.companies.membership.queries import InvitedTo
from app.features.members.companies.membership.roles import ROLES
from app.features.members.signing_in.cookies import give_session
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached, NotFound
from app.web.dependencies import DatabaseDep
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import VISITOR

router = APIRouter(dependencies=[VISITOR.needed])
_FIRST_PAGE = "/my/customers"


@router.get("/invitations/{token}")
async def invitation(token: str, page: PageDep, database: DatabaseDep) -> Response:
    """Which company invites, and the two fields that an account needs."""
    try:
        return _form(page, await invitation_at(database, token), {})
    except NotFound as error:
        return _gone(page, error)


@router.post("/invitations/{token}")
async def accept_invitation(token: str, request: Request, page: PageDep, database: DatabaseDep) -> Response:
    """Signed in as a member from here on."""
    given = await typed(request)
    try:
        invited = await invitation_at(database, token)
        joined = await accept(request, token, invited, given)
    except (Invalid, LimitReached) as error:
        return _form(page, invited, given, error)
    except (NotFound, Conflict) as error:
        return _gone(page, error)
    response = RedirectResponse(_FIRST_PAGE, 303)
    give_session(request, response, joined.session, "member")
    return response


def _form(
    page: Page, invited: InvitedTo, given: Mapping[str, str], error: DomainError | None = None
) -> Response:
    return form_page(
        page,
        "members/companies/invitation.html",
        error,
        invited=invited,
        role=ROLES[invited.role],
        values={"name": given.get("name", "")},
        consents=given.get("consent") == "yes",
    )


def _gone(page: Page, error: DomainError) -> Response:
    return form_page(page, "members/companies/link_gone.html", error, is_invitation=True)
