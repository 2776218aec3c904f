"""Companies A and B, everybody who works there, and their sign-ins."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.signing_in.api_tokens.format import new_api_token
from app.features.members.signing_in.models import ApiToken, SignInSession
from app.features.members.signing_in.tokens import hashed
from app.kit import clock
from app.kit.ids import random_id
from app.web.csrf import HEADER
from tests.authorization.actors import ANA, PEOPLE, STAFF, TOKENS, Actor
from tests.authorization.belongings import SHOWN, own, secret
from tests.authorization.money import earn
from tests.authorization.oversight import oversee
from tests.people import Known, add_company, add_person, form_token

VISIT = "visitor-of-the-tests"


@dataclass
class World:
    """Everybody's sign-in, the public ids of what A owns, and what was answered so far."""

    app: FastAPI
    companies: dict[str, int] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)  # by actor and request

    def headers(self, client: httpx.AsyncClient, actor: Actor) -> dict[str, str]:
        """What a browser or program of this actor sends with every request."""
        who = self.known.get(actor.key)
        if who is None:
            return {"cookie": f"top_visitor={VISIT}", HEADER: form_token(client, VISIT)}
        if actor.scopes is not None:  # on a page it is nobody's
            visits = {"cookie": f"top_visitor={VISIT}", HEADER: form_token(client, VISIT)}
            return visits | {"authorization": f"Bearer {who.token}"}
        return {"cookie": f"top_session={who.token}", HEADER: form_token(client, who.token)}


async def build(app: FastAPI) -> World:
    database: Database = app.state.database
    world = World(app)
    for letter in "ABUS":
        name = f"{SHOWN}{letter}公司"
        world.companies[letter] = await add_company(database, name, verified=letter in "AB")
    for actor in (*PEOPLE, *STAFF):
        if actor.kind != "nobody":
            world.known[actor.key] = await _settle(database, world, actor)
    await run_write(database, lambda session: _make_tokens(session, world))
    await run_write(database, lambda session: _suspend(session, world))
    for stored in ("stored", "stored_waiting"):
        world.ids[stored] = app.state.documents.keep(secret("licence").encode())
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


async def _make_tokens(session: WriteSession, world: World) -> None:
    now, day = clock.now(), timedelta(days=1)
    for actor in TOKENS:
        maker, token = world.known[actor.maker], new_api_token()
        row = {"public_id": random_id(), "token_hash": hashed(token), "person_id": maker.person_id}
        row |= {"company_id": maker.company_id, "name": "token", "scopes": ",".join(actor.scopes or ())}
        row |= {"state": "active" if actor.token == "over" else actor.token, "created_at": now - 2 * day}
        row |= {"expires_at": now - day if actor.token == "over" else now + day, "used_at": now}
        await session.execute(insert(ApiToken).values(row))
        world.known[actor.key] = replace(maker, token=token)


async def _suspend(session: WriteSession, world: World) -> None:
    """After everybody has signed in: what they hold must be worth nothing from here on."""
    await session.execute(update(Company).where(Company.id == world.companies["S"]).values(state="suspended"))
    for actor in PEOPLE:
        if actor.standing == "suspended":
            person = update(Person).where(Person.id == world.known[actor.key].person_id)
            await session.execute(person.values(state="suspended"))
        elif actor.standing == "awaits_factor":
            of_person = SignInSession.person_id == world.known[actor.key].person_id
            await session.execute(update(SignInSession).where(of_person).values(awaits_second_factor=True))
