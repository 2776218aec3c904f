"""One's API tokens, and for admins those of the company: pages."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.permissions import SCOPES, Permission
from app.features.members.policies import TOKENS, TOKENS_APPROVE, TOKENS_MAKE
from app.features.members.signing_in.api_tokens.access import tokens_of
from app.features.members.signing_in.api_tokens.actions import (
    DEFAULT_DAYS,
    MOST_DAYS,
    decide_token,
    make_token,
    revoke_token,
)
from app.features.members.signing_in.api_tokens.words import SCOPE_WORDS
from app.features.members.signing_in.dependencies import PostboxDep
from app.kit.errors import Conflict, DomainError, Invalid
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.pages import Page, PageDep

router = APIRouter()
_HERE = "/account/tokens"


@router.get(_HERE, dependencies=[TOKENS.needed])
async def tokens(page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What waits for a decision first."""
    lines = await tokens_of(session, viewer)
    approves = viewer.may(Permission.TOKENS_APPROVE)
    return page.respond(
        "members/account/tokens.html",
        tab="tokens",
        waiting=[line for line in lines if line.state == "waiting"] if approves else [],
        tokens=[line for line in lines if line.state != "waiting" or not approves],
        scopes=SCOPE_WORDS,
    )


@router.get(f"{_HERE}/new", dependencies=[TOKENS_MAKE.needed])
async def new_token_form(page: PageDep, viewer: ViewerDep) -> Response:
    """The form."""
    return _form(page, {"name": "", "days": str(DEFAULT_DAYS)}, ())


@router.post(f"{_HERE}/new", dependencies=[TOKENS_MAKE.needed])
async def send_new_token(
    request: Request, page: PageDep, database: DatabaseDep, postbox: PostboxDep, viewer: ViewerDep
) -> Response:
    """The token, shown this once."""
    form = await request.form()
    given = {field: str(form.get(field, ""))[:500] for field in ("name", "days")}
    scopes = [scope for scope in SCOPES if scope in form.getlist("scopes")]
    typed_days = given["days"].strip()
    days = int(typed_days) if typed_days.isdecimal() and len(typed_days) < 6 else 0
    try:
        made = await run_write(
            database, lambda session: make_token(session, postbox, viewer, given["name"], scopes, days)
        )
    except (Invalid, Conflict) as error:
        return _form(page, given, scopes, error)
    return page.respond("members/account/token_made.html", tab="tokens", made=made)


@router.post(f"{_HERE}/{{public_id}}/approve", dependencies=[TOKENS_APPROVE.needed])
async def send_approval(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """It works from now on."""
    await run_write(database, lambda session: decide_token(session, viewer, public_id, approve=True))
    return RedirectResponse(_HERE, 303)


@router.post(f"{_HERE}/{{public_id}}/refuse", dependencies=[TOKENS_APPROVE.needed])
async def send_refusal(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """It will never work."""
    await run_write(database, lambda session: decide_token(session, viewer, public_id, approve=False))
    return RedirectResponse(_HERE, 303)


@router.post(f"{_HERE}/{{public_id}}/revoke", dependencies=[TOKENS.needed])
async def send_revocation(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """It stops working with its next call."""
    await run_write(database, lambda session: revoke_token(session, viewer, public_id))
    return RedirectResponse(_HERE, 303)


def _form(page: Page, values: dict[str, str], chosen: Any, error: DomainError | None = None) -> Response:
    return page.respond(
        "members/account/new_token.html",
        status_code=next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200),
        tab="tokens",
        values=values,
        chosen=chosen,
        scopes=SCOPE_WORDS,
        most_days=MOST_DAYS,
        error=error.message if error else None,
        error_field=error.field if error else None,
    )
