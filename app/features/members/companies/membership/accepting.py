"""From what an invited person typed to the account, for both faces. Nobody is signed in yet."""

from collections.abc import Mapping

from fastapi import Request
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.companies.membership.joining import Joined, NewMember, join
from app.features.members.companies.membership.queries import InvitedTo, invited_to
from app.features.members.companies.names import clean_person_name
from app.features.members.companies.registration.forms import refuse_without_consent
from app.features.members.signing_in.devices import device_of
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.new_passwords import check_new_password
from app.web.identity import asked_of
from app.web.pages import language_of


async def invitation_at(database: Database, token: str) -> InvitedTo:
    """Raises NotFound."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return await invited_to(session, token)


async def accept(request: Request, token: str, invited: InvitedTo, given: Mapping[str, str]) -> Joined:
    """Raises Invalid naming the field, NotFound, Conflict, LimitReached."""
    database: Database = request.app.state.database
    hasher: PasswordHasher = request.app.state.hasher
    name = clean_person_name(given.get("name", ""))
    password = check_new_password(given.get("password", ""), (name, invited.company_name, invited.mail))
    refuse_without_consent(is_given=given.get("consent") == "yes")
    member = NewMember(
        name=name,
        password_hash=await hasher.hash(password),
        language=language_of(request),
        device=device_of(request.headers.get("user-agent", "")),
    )

    async def work(session: WriteSession) -> Joined:
        return await join(session, token, member, asked_of(request))

    with acting_as(SYSTEM):
        try:
            return await run_write(database, work)
        except IntegrityError:  # the address got an account at the same moment
            return await run_write(database, work)
