"""With the first wall down, PostgreSQL's row-level security still holds; and where there is no second wall
(SQLite) the same requests do leak, which shows that these tests would see it."""

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import true

from app.db.tenancy import Tenant, act_for
from app.features.members.signing_in.identity import MemberIdentities
from app.kit.viewer import Viewer
from app.web import identity
from app.web.csrf import SAFE_METHODS
from app.web.identity import Asked as AskedOf
from tests.application import shared_application
from tests.authorization.actors import ANA, RIVAL
from tests.authorization.addresses import Asked, table
from tests.authorization.asking import ask, text_of
from tests.authorization.belongings import SECRET
from tests.authorization.expecting import Expected, expected
from tests.authorization.world import World, build
from tests.databases import migrated

pytestmark = pytest.mark.usefixtures("no_write_stays")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Both databases in every run: this is what the second wall is for."""
    with migrated(request, tmp_path_factory.mktemp("off")) as url:
        yield url


@pytest.fixture(scope="module")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    async with shared_application(shared_url, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture(scope="module")
async def world(app: FastAPI) -> World:
    return await build(app)


class Impostors(MemberIdentities):
    """Take the rival for a person of company A, so that no query of the product keeps anything from it."""

    def __init__(self, real: MemberIdentities, rival: int, owner: Viewer) -> None:
        self._real, self._rival, self._owner = real, rival, owner

    async def of_session(self, token: str, asked: AskedOf) -> Viewer:
        viewer = await self._real.of_session(token, asked)
        if viewer.person_id != self._rival:
            return viewer
        return replace(viewer, person_id=self._owner.person_id, company_id=self._owner.company_id)


@pytest.fixture(params=[ANA], ids=lambda actor: actor.key)
def rival_taken_for_another(
    world: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The application errs about who asks; the database is told the truth."""
    owner, rival = world.known[request.param.key], world.known[RIVAL.key]
    believed = Impostors(world.app.state.identities, rival.person_id, owner.viewer())
    monkeypatch.setitem(world.app.state._state, "identities", believed)
    monkeypatch.setattr(identity, "act_for", lambda tenant: act_for(_truly(tenant, rival.company_id)))


def _truly(tenant: Tenant, company_id: int | None) -> Tenant:
    return Tenant("member", company_id) if tenant.actor == "member" else tenant


@pytest.fixture
def filters_show_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """Every `visible_*` of every room holds for every row; how many there are."""
    found = set()
    for module in [one for name, one in sys.modules.items() if name.startswith("app.features.")]:
        for name, value in list(vars(module).items()):
            if name.startswith("visible_") and callable(value):
                found.add(name)
                monkeypatch.setattr(module, name, lambda *_, **__: true())
    return len(found)


async def leaking(world: World, client: httpx.AsyncClient) -> list[str]:
    """Routes whose answer tells the rival something of A."""
    found = []
    for asked in table(world.app, world):
        if asked.method in SAFE_METHODS and asked.place.owner != "link":
            answer = await ask(client, world, RIVAL, asked)
            if SECRET in text_of(answer).replace(asked.address, ""):
                found.append(str(asked))
    return found


def _of_a(world: World) -> list[Asked]:
    rows = table(world.app, world)
    return [one for one in rows if one.names_an_object and expected(one, RIVAL) is Expected.HIDDEN]


@pytest.mark.usefixtures("rival_taken_for_another")
async def test_a_rival_taken_for_an_owner_finds_nothing(world: World, client: httpx.AsyncClient) -> None:
    leaks = await leaking(world, client)
    if world.app.state.database.is_sqlite:
        assert leaks
    else:
        assert leaks == []


@pytest.mark.usefixtures("rival_taken_for_another")
async def test_a_rival_taken_for_an_owner_changes_nothing(world: World, client: httpx.AsyncClient) -> None:
    reached = []
    for asked in _of_a(world):
        answer = await ask(client, world, RIVAL, asked)
        if answer.status_code != 404:
            reached.append(f"{asked}: {answer.status_code}")
    if world.app.state.database.is_sqlite:
        assert reached
    else:
        assert reached == []


async def test_filters_that_show_everything_show_nothing_of_others(
    world: World, client: httpx.AsyncClient, filters_show_everything: int
) -> None:
    assert filters_show_everything >= 1
    leaks = await leaking(world, client)
    if world.app.state.database.is_sqlite:
        assert leaks
    else:
        assert leaks == []
