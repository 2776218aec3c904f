"""From what was typed to the two writes of registration, for both faces."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.companies.registration.actions import (
    Asked,
    Founded,
    ask_to_register,
    found_company,
    record_founding,
)
from app.features.members.companies.registration.forms import Draft
from app.features.members.companies.registration.queries import WaitingRegistration, registration_of
from app.features.members.limits import spend
from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.devices import device_of
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.sessions import start_session
from app.features.members.signing_in.tokens import hashed
from app.kit.errors import Invalid, LimitReached
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.identity import address_of
from app.web.pages import language_of


async def spend_registration(request: Request) -> None:
    """Raises LimitReached: each one writes a mail to somebody. Counted for all processes together."""
    database: Database = request.app.state.database
    most: int = request.app.state.settings.registrations_per_hour
    key = f"register:{address_of(request)}"
    try:
        await run_write(database, lambda session: spend(session, key, most, timedelta(hours=1)))
    except LimitReached as error:
        minutes = -(-(error.retry_after or 1) // 60)
        raise LimitReached(
            Text(
                zh=f"从你的网络注册得太频繁，请在 {minutes} 分钟后再试；你填写的内容还在。",
                en=f"Too many registrations from your network. Please try again in {minutes} minutes; "
                "what you typed is kept.",
            ),
            retry_after=error.retry_after,
        ) from None


async def register(request: Request, draft: Draft, *, browser: str) -> None:
    """`browser`: the visitor's cookie, or ''. Takes the same time whether the address is known or not."""
    database: Database = request.app.state.database
    postbox: Postbox = request.app.state.postbox
    hasher: PasswordHasher = request.app.state.hasher
    asked = Asked(
        company_name=draft.company_name,
        name=draft.name,
        mail=draft.mail,
        password_hash=await hasher.hash(draft.password),
        language=language_of(request),
        browser=hashed(browser) if browser else "",
    )
    with acting_as(SYSTEM):
        await run_write(database, lambda session: ask_to_register(session, postbox, asked))


async def waiting_registration(database: Database, token: str) -> WaitingRegistration:
    """Raises NotFound."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return await registration_of(session, token)


def is_same_browser(registration: WaitingRegistration, browser: str) -> bool:
    return bool(browser) and registration.browser == hashed(browser)


@dataclass(frozen=True, slots=True)
class Entered:
    """`session`: the token for the cookie."""

    founded: Founded
    session: str


async def confirm(
    request: Request, viewer: Viewer, token: str, *, browser: str = "", password: str = ""
) -> Entered:
    """Found the company and sign its first member in.

    Whoever opens the link proves to own the address; that it is also who registered, the browser or the
    password tells. Else somebody could register with another's address and know the password of the account.

    Raises NotFound, Invalid on `password`, Conflict.
    """
    database: Database = request.app.state.database
    hasher: PasswordHasher = request.app.state.hasher
    registration = await waiting_registration(database, token)
    if not is_same_browser(registration, browser) and not await hasher.verify(
        password, registration.password_hash
    ):
        raise Invalid(
            Text(
                zh="密码和注册时填写的不一样。请再试一次，或重新注册。",
                en="This is not the password you chose when you registered. Try again, or register anew.",
            ),
            field="password",
        )

    async def work(session: WriteSession) -> Entered:
        founded = await found_company(session, token)
        started = await start_session(
            session,
            founded.person_id,
            "member",
            awaits_second_factor=False,
            device=device_of(request.headers.get("user-agent", "")),
            ip_prefix=viewer.ip_prefix,
        )
        await record_founding(session, viewer, founded)
        return Entered(founded, started)

    with acting_as(SYSTEM):
        try:
            return await run_write(database, work)
        except IntegrityError:  # another link of the same address was confirmed at the same moment
            return await run_write(database, work)
