"""Setting a password with the link of a mail."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.tenancy import SYSTEM, acting_as
from app.features.members.signing_in.dependencies import AskedDep, HasherDep, PostboxDep
from app.features.members.signing_in.new_passwords import MIN_LENGTH
from app.features.members.signing_in.passwords import owner_of_link, set_password_by_link
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.dependencies import DatabaseDep
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import VISITOR

router = APIRouter(dependencies=[VISITOR.needed])


@router.get("/password/new/{token}")
async def new_password_form(token: str, page: PageDep, database: DatabaseDep) -> Response:
    """The form; a link that is used or over says so."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            owner = await owner_of_link(session, token)
    return _form(page, owner.mail)


@router.post("/password/new/{token}")
async def send_new_password(
    token: str,
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    hasher: HasherDep,
    postbox: PostboxDep,
    asked: AskedDep,
) -> Response:
    """To the sign-in page: the link alone signs nobody in."""
    password = (await typed(request)).get("password", "")
    try:
        await set_password_by_link(database, hasher, postbox, token, password, asked)
    except Invalid as error:
        with acting_as(SYSTEM):
            async with database.reading() as session:
                owner = await owner_of_link(session, token)
        return _form(page, owner.mail, error=error.message)
    return RedirectResponse("/sign-in?done=password", 303)


def _form(page: Page, mail: str, *, error: Text | None = None) -> Response:
    return page.respond(
        "members/signing_in/new_password.html",
        status_code=422 if error else 200,
        headers={"referrer-policy": "no-referrer", "x-robots-tag": "noindex"},
        mail=mail,
        min_length=MIN_LENGTH,
        error=error,
    )
