"""Companies A and B, everybody who works there, and their sign-ins."""

from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI
from sqlalchemy import update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.signing_in.models import SignInSession
from app.web.csrf import HEADER
from tests.authorization.actors import ACTORS, ANA, Actor
from tests.authorization.belongings import SHOWN, own, secret
from tests.authorization.money import earn
from tests.authorization.oversight import oversee
from tests.people import Known, add_company, add_person, form_token

VISIT = "visitor-of-the-tests"


@dataclass
class World:
    """Everybody's sign-in, and the public ids of what A owns."""

    app: FastAPI
    companies: dict[str, int] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def headers(self, client: httpx.AsyncClient, actor: Actor) -> dict[str, str]:
        """What a browser or program of this actor sends with every request."""
        who = self.known.get(actor.key)
        if who is None:
            return {"cookie": f"top_visitor={VISIT}", HEADER: form_token(client, VISIT)}
        if actor.scopes is not None:
            return {"authorization": f"Bearer {who.token}"}
        return {"cookie": f"top_session={who.token}", HEADER: form_token(client, who.token)}


async def build(app: FastAPI) -> World:
    database: Database = app.state.database
    world = World(app)
    for letter in "ABUS":
        name = f"{SHOWN}{letter}公司"
        world.companies[letter] = await add_company(database, name, verified=letter in "AB")
    for actor in ACTORS:
        if actor.kind != "nobody":
            world.known[actor.key] = await _settle(database, world, actor)
    await run_write(database, lambda session: _suspend(session, world))
    world.ids["stored"] = app.state.documents.keep(secret("licence").encode())
    await run_write(database, lambda session: own(session, world.known[ANA.key], world.ids))
    await run_write(database, lambda session: oversee(session, world.known, world.ids))
    await earn(database, world.ids, company=world.companies["A"], buyer=world.companies["S"])
    return world


async def _settle(database: Database, world: World, actor: Actor) -> Known:
    short = actor.key.replace(" ", "")
    of_a = actor.company == "A"
    return await add_person(
        database,
        secret(f"name{short}") if of_a else f"somebody {short}",
        company_id=world.companies.get(actor.company),
        role=actor.role,
        staff_roles=actor.staff_roles,
        second_factor=actor.factor,
        mail=(secret(f"mail{short}") if of_a else short).lower() + "@example.com",
    )


async def _suspend(session: WriteSession, world: World) -> None:
    """After everybody has signed in: what they hold must be worth nothing from here on."""
    await session.execute(update(Company).where(Company.id == world.companies["S"]).values(state="suspended"))
    for actor in ACTORS:
        if actor.standing == "suspended":
            person = update(Person).where(Person.id == world.known[actor.key].person_id)
            await session.execute(person.values(state="suspended"))
        elif actor.standing == "awaits_factor":
            of_person = SignInSession.person_id == world.known[actor.key].person_id
            await session.execute(update(SignInSession).where(of_person).values(awaits_second_factor=True))
