"""No word of company A meets a rival, a log, a job or the search index, whoever asks for whatever."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.outbox.models import OutboxJob
from app.web.csrf import SAFE_METHODS
from tests.authorization.actors import ADMIN, ANA, PEOPLE, RIVALS_TOKEN, Actor, each
from tests.authorization.addresses import table
from tests.authorization.asking import answered, ask, let_in, text_of
from tests.authorization.belongings import SECRET, SHOWN, secret
from tests.authorization.world import World

STRANGERS = [*(actor for actor in PEOPLE if actor.company != "A"), RIVALS_TOKEN]
# What people type into forms, by every name that a field of ours has.
TYPED = (
    "name",
    "mail",
    "text",
    "note",
    "reason",
    "about",
    "q",
    "names",
    "password",
    "code",
    "vendor",
    "domain",
)


@pytest.mark.statement(2)
@pytest.mark.usefixtures("no_write_stays")
@pytest.mark.parametrize("actor", each(STRANGERS))
async def test_a_stranger_meets_no_word_of_another_company(
    world: World, client: httpx.AsyncClient, actor: Actor
) -> None:
    for asked in table(world.app, world):
        if asked.place.owner == "link" or (actor is RIVALS_TOKEN and not asked.is_api):
            continue
        answer = await answered(client, world, actor, asked)
        assert SECRET not in text_of(answer).replace(asked.address, ""), str(asked)
        if not actor.is_known:
            assert SHOWN not in text_of(answer), str(asked)


@pytest.mark.usefixtures("no_write_stays")
async def test_its_own_people_do(world: World, client: httpx.AsyncClient) -> None:
    """Else the sweep would find nothing whatever leaked."""
    met = set()
    for asked in table(world.app, world):
        for actor in (ANA, ADMIN):
            if asked.method in SAFE_METHODS and SECRET in text_of(
                await answered(client, world, actor, asked)
            ):
                met.add(asked.template)
    assert met


@pytest.mark.statement(66)
@pytest.mark.usefixtures("no_write_stays")
async def test_logs_hold_nothing_of_anybody(
    world: World, client: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everything is asked for, with a word typed into every field."""
    words = {name: secret(f"typed{name}") for name in TYPED}
    for asked in table(world.app, world):
        actor = let_in(asked) or ADMIN
        if asked.method in SAFE_METHODS:
            await ask(client, world, actor, asked)
        elif asked.is_api:
            await ask(client, world, actor, asked, json=words)
        else:
            await ask(client, world, actor, asked, data=words)
    written = "".join(capfd.readouterr())
    assert "request" in written
    assert SECRET not in written
    assert "@example.com" not in written
    for who in world.known.values():
        assert who.token not in written


@pytest.mark.statement(66)
async def test_jobs_and_index_hold_nothing_of_anybody(world: World) -> None:
    async with world.app.state.database.reading() as session:
        jobs = (await session.execute(select(OutboxJob.payload, OutboxJob.last_error))).all()
    told = json.dumps([[job.payload, job.last_error] for job in jobs], ensure_ascii=False)
    stored = _index_of(world.app.state.settings.var / "search")
    assert stored
    tokens = [who.token for who in world.known.values()]
    for word in (SECRET, "@example.com", *tokens):
        assert word not in told
        assert word.encode() not in stored


def _index_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
