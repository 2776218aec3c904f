"""From a bearer token to a viewer, read with every call: whoever leaves is out on the next one."""

from datetime import timedelta

from sqlalchemy import select, update

from app.db.engine import Database
from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.permissions import permissions_of
from app.features.members.signing_in.api_tokens.format import is_well_formed
from app.features.members.signing_in.models import ApiToken
from app.features.members.signing_in.tokens import hashed
from app.kit import clock
from app.kit.errors import SignInNeeded
from app.kit.viewer import Viewer
from app.web.identity import Asked

_SEEN_EVERY = timedelta(minutes=5)

_OF_TOKEN = (
    select(
        ApiToken.id,
        ApiToken.scopes,
        ApiToken.expires_at,
        ApiToken.used_at,
        Person.id.label("person_id"),
        Person.public_id,
        Person.name,
        Person.role,
        Person.company_id,
        Company.public_id.label("company_public_id"),
        Company.name.label("company_name"),
        Company.verification,
    )
    .join(Person, Person.id == ApiToken.person_id)
    .join(Company, Company.id == Person.company_id)
    .where(
        ApiToken.state == "active",
        ApiToken.company_id == Person.company_id,  # a token stays with the company it was made for
        Person.state == "active",
        Company.state == "active",
    )
)


async def viewer_of_token(database: Database, token: str, asked: Asked) -> Viewer:
    """Raises SignInNeeded, and never says why."""
    if not is_well_formed(token):
        raise SignInNeeded
    async with database.reading() as session:
        found = (await session.execute(_OF_TOKEN.where(ApiToken.token_hash == hashed(token)))).one_or_none()
    now = clock.now()
    if found is None or now >= found.expires_at:
        raise SignInNeeded
    if found.used_at is None or now - found.used_at > _SEEN_EVERY:
        seen = update(ApiToken).where(ApiToken.id == found.id).values(used_at=now)
        await run_write(database, lambda session: session.execute(seen))
    scopes = frozenset(found.scopes.split(","))
    return Viewer(
        person_id=found.person_id,
        public_id=found.public_id,
        name=found.name,
        company_id=found.company_id,
        company_public_id=found.company_public_id,
        company_name=found.company_name,
        is_verified=found.verification == "verified",
        role=found.role,
        permissions=permissions_of(found.role, (), scopes),
        scopes=scopes,
        now=now,
        request_id=asked.request_id,
        ip_prefix=asked.ip_prefix,
    )
