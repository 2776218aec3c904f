"""Pages for nobody known: asking for a link, and opening those of mails."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.tenancy import SYSTEM, acting_as
from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.dependencies import AddressDep, AskedDep, HasherDep, PostboxDep
from app.features.members.signing_in.forgotten import MINUTES, ask_for_link
from app.features.members.signing_in.new_passwords import MIN_LENGTH
from app.features.members.signing_in.own_changes import change_mail, new_mail_of
from app.features.members.signing_in.passwords import owner_of_link, set_password_by_link
from app.kit.errors import DomainError, Invalid, LimitReached, NotFound
from app.kit.text import Text
from app.web.dependencies import DatabaseDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import VISITOR

router = APIRouter(dependencies=[VISITOR.needed])
_UNSEEN = {"x-robots-tag": "noindex", "cache-control": "no-store"}  # their address is a secret


@router.get("/password/forgotten")
async def forgotten_form(page: PageDep, postbox: PostboxDep, sent: str = "") -> Response:
    """The form, and what happens next once it was sent."""
    return _forgotten(page, postbox, is_sent=bool(sent))


@router.post("/password/forgotten")
async def send_forgotten(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    postbox: PostboxDep,
    address: AddressDep,
    asked: AskedDep,
) -> Response:
    """The same answer whether there is such an account or not."""
    mail = (await typed(request)).get("mail", "")
    try:
        await ask_for_link(database, postbox, mail, language=page.language, address=address, asked=asked)
    except (Invalid, LimitReached) as error:
        return _forgotten(page, postbox, mail=mail, error=error)
    return RedirectResponse("/password/forgotten?sent=1", 303)


@router.get("/password/new/{token}")
async def new_password_form(token: str, page: PageDep, database: DatabaseDep) -> Response:
    """The form; a link that is used or over says so."""
    return await _new_password(page, database, token)


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
        return await _new_password(page, database, token, error=error.message)
    except NotFound as error:
        return _over(page, error, is_password=True)
    return RedirectResponse("/sign-in?done=password", 303)


@router.get("/account/mail/{token}")
async def new_mail_form(token: str, page: PageDep, database: DatabaseDep) -> Response:
    """Asks once more, with a button: programs that look into mails open links, too."""
    try:
        mail = await new_mail_of(database, token)
    except NotFound as error:
        return _over(page, error)
    return page.respond("members/signing_in/new_mail.html", headers=_UNSEEN, mail=mail)


@router.post("/account/mail/{token}")
async def send_new_mail(
    token: str, page: PageDep, database: DatabaseDep, postbox: PostboxDep, asked: AskedDep
) -> Response:
    """The account has the new address; sign in with it."""
    try:
        await change_mail(database, postbox, token, asked)
    except NotFound as error:
        return _over(page, error)
    return RedirectResponse("/sign-in?done=mail", 303)


def _forgotten(
    page: Page,
    postbox: Postbox,
    *,
    is_sent: bool = False,
    mail: str = "",
    error: DomainError | None = None,
) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        "members/signing_in/forgotten.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        is_sent=is_sent,
        mail=mail[:254],
        minutes=MINUTES,
        stays_here=postbox.stays_here,
        error=error.message if error else None,
    )


async def _new_password(
    page: Page, database: DatabaseDep, token: str, *, error: Text | None = None
) -> Response:
    try:
        with acting_as(SYSTEM):
            async with database.reading() as session:
                owner = await owner_of_link(session, token)
    except NotFound as gone:
        return _over(page, gone, is_password=True)
    return page.respond(
        "members/signing_in/new_password.html",
        status_code=422 if error else 200,
        headers=_UNSEEN,
        mail=owner.mail,
        min_length=MIN_LENGTH,
        error=error,
    )


def _over(page: Page, gone: NotFound, *, is_password: bool = False) -> Response:
    return page.respond(
        "members/signing_in/link_over.html",
        status_code=404,
        headers=_UNSEEN,
        message=gone.message,
        is_password=is_password,
    )
