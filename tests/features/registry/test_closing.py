"""Taking an organisation down: no face shows it any more, an import does not bring it back."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.handlers import handlers
from app.features.registry.importing import import_organisations
from app.features.registry.life import lifecycle
from app.features.registry.models import Organisation, OrganisationCount
from app.features.registry.rebuilding import rebuild_index
from app.kit.errors import NotFound
from app.kit.ids import stable_id
from app.outbox.claimer import Claimer
from search import build_engine
from search.contract import SearchEngine, SearchQuery
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.faces import client_of
from tests.features.registry.sample import HOSPITAL, ROWS

HOSPITAL_ID = stable_id("organisation", HOSPITAL["name"])
PAGES = ("/organisations/{}", "/api/v1/organisations/{}")


@pytest.fixture
async def engine(stocked: Database, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    engine = build_engine(tmp_path / "index")
    await rebuild_index(stocked, engine)
    yield engine
    await engine.close()


@pytest.fixture
async def client(stocked: Database, tmp_path: Path, engine: SearchEngine) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(stocked, tmp_path, engine=engine) as client:
        yield client


async def close(database: Database, public_id: str = HOSPITAL_ID) -> str:
    return await run_write(database, lambda session: lifecycle.close(session, public_id))


async def test_a_closed_organisation_is_gone_everywhere_at_once(
    stocked: Database, client: httpx.AsyncClient
) -> None:
    example = re.search(r'href="/organisations/(\w+)"', (await client.get("/")).text)
    assert example is not None
    id_ = example[1]
    name = await close(stocked, id_)
    for page in PAGES:
        gone, never = [await client.get(page.format(one)) for one in (id_, "nobody")]
        assert (gone.status_code, never.status_code) == (410, 404)
        assert name in gone.text
    for path in ("/", f"/suggest?q={name}", f"/lookup?q={name[:3]}", "/industries/healthcare"):
        assert id_ not in (await client.get(path)).text, path
    listed = (await client.get("/api/v1/organisations", params={"q": name})).json()
    assert id_ not in [item["id"] for item in listed["items"]]


async def test_the_index_and_the_counts_follow_both_ways(stocked: Database, engine: SearchEngine) -> None:
    async def found() -> bool:
        await Claimer(stocked, handlers(stocked, engine)).run_due()
        page = await engine.search("organisation", SearchQuery(HOSPITAL["name"], ("public",)))
        return HOSPITAL_ID in [hit.id for hit in page.hits]

    async def counted() -> int:
        async with stocked.reading() as session:
            return sum(await session.scalars(select(OrganisationCount.organisations)))

    assert (await found(), await counted()) == (True, len(ROWS))
    await close(stocked)
    assert (await found(), await counted()) == (False, len(ROWS) - 1)
    await run_write(stocked, lambda session: lifecycle.reopen(session, HOSPITAL_ID))
    assert (await found(), await counted()) == (True, len(ROWS))


async def test_closing_again_changes_nothing(stocked: Database) -> None:
    async def rev() -> int | None:
        async with stocked.reading() as session:
            return await session.scalar(select(Organisation.rev).where(Organisation.public_id == HOSPITAL_ID))

    await close(stocked)
    before = await rev()
    await close(stocked)
    assert (before, await rev()) == (2, 2)


async def test_an_import_keeps_it_closed(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv, client: httpx.AsyncClient
) -> None:
    await close(stocked)
    await import_organisations(stocked, write_csv([{**HOSPITAL, "scale": "2000"}]), catalogue)
    assert (await client.get(f"/organisations/{HOSPITAL_ID}")).status_code == 410


async def test_a_takedown_says_nothing_at_all(stocked: Database, client: httpx.AsyncClient) -> None:
    await run_write(stocked, lambda session: lifecycle.close(session, HOSPITAL_ID, hide=True))
    for page in PAGES:
        answer = await client.get(page.format(HOSPITAL_ID))
        assert answer.status_code == 404
        assert HOSPITAL["name"] not in answer.text
    await close(stocked)
    assert (await client.get(PAGES[0].format(HOSPITAL_ID))).status_code == 410


async def test_a_closed_one_names_its_successor(stocked: Database, client: httpx.AsyncClient) -> None:
    heir = stable_id("organisation", "北京大学人民医院")
    await run_write(stocked, lambda session: lifecycle.close(session, HOSPITAL_ID, successor=heir))
    page = await client.get(PAGES[0].format(HOSPITAL_ID))
    assert f'href="/organisations/{heir}"' in page.text
    problem = (await client.get(PAGES[1].format(HOSPITAL_ID))).json()
    assert problem["successors"] == [{"id": heir, "name": "北京大学人民医院"}]


async def test_what_is_not_there_cannot_be_closed(stocked: Database) -> None:
    for act in (lifecycle.close, lifecycle.reopen):
        with pytest.raises(NotFound):
            await run_write(stocked, lambda session, act=act: act(session, "nobody"))
