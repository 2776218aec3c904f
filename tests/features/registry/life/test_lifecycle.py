"""Merge, rename and split: what they had follows, the old address and the old name lead on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.events import OrganisationsMerged
from app.features.registry.facts.models import Fact
from app.features.registry.handlers import handlers
from app.features.registry.importing import import_organisations
from app.features.registry.life import lifecycle, naming
from app.features.registry.life.models import OrganisationRedirect
from app.features.registry.models import Organisation, OrganisationAlias, OrganisationCount
from app.features.registry.rebuilding import rebuild_index
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import stable_id
from app.outbox.claimer import Claimer
from app.outbox.models import OutboxJob
from search import build_engine
from search.contract import SearchEngine, SearchQuery
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.faces import client_of
from tests.features.registry.facts.stock import Bought, put_in
from tests.features.registry.sample import HOSPITAL, ROWS

THIRD, FIRST, PEOPLES = (
    stable_id("organisation", name) for name in ("北京大学第三医院", "北京大学第一医院", "北京大学人民医院")
)
Act = Callable[[WriteSession], Awaitable[Any]]


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


async def merge(database: Database, gone: str, kept: str) -> None:
    await run_write(database, lambda session: lifecycle.merge_into(session, gone, kept))


async def found(database: Database, engine: SearchEngine, text: str) -> list[str]:
    while await Claimer(database, handlers(database, engine)).run_due():
        pass
    page = await engine.search("organisation", SearchQuery(text, ("public",)))
    return [hit.id for hit in page.hits]


async def named(database: Database, public_id: str) -> Organisation:
    async with database.reading() as session:
        one = await session.scalar(select(Organisation).where(Organisation.public_id == public_id))
        assert one is not None
        session.expunge(one)
        return one


async def aliases(database: Database, public_id: str) -> dict[str, str]:
    async with database.reading() as session:
        statement = (
            select(OrganisationAlias.alias, OrganisationAlias.kind)
            .join(Organisation, Organisation.id == OrganisationAlias.organisation_id)
            .where(Organisation.public_id == public_id)
        )
        return dict((await session.execute(statement)).all())


async def test_a_merged_address_leads_on_everywhere(stocked: Database, client: httpx.AsyncClient) -> None:
    await merge(stocked, THIRD, FIRST)
    for path, status in (
        ("/organisations/{}?q=a", 301),
        ("/api/v1/organisations/{}", 308),
        ("/organisations/{}/brief", 301),
    ):
        answer = await client.get(path.format(THIRD))
        assert answer.status_code == status, path
        assert answer.headers["location"] == path.format(FIRST)
    assert (await client.get(f"/organisations/{FIRST}")).status_code == 200
    await merge(stocked, FIRST, PEOPLES)  # and the older address to the end of the chain, in one step
    assert (await client.get(f"/organisations/{THIRD}")).headers["location"] == f"/organisations/{PEOPLES}"


async def test_names_facts_and_the_index_follow_a_merge(stocked: Database, engine: SearchEngine) -> None:
    await put_in(stocked, [Bought("北京大学第三医院", "emr-upgrade", clock.today() - timedelta(days=9))])
    await merge(stocked, THIRD, FIRST)
    known = await aliases(stocked, FIRST)
    assert known == {"北大医院": "short", "北医三院": "short", "北京大学第三医院": "former"}
    kept, gone = await named(stocked, FIRST), await named(stocked, THIRD)
    assert (kept.rev, gone.status) == (2, "closed")
    async with stocked.reading() as session:
        assert await session.scalar(select(Fact.organisation_id)) == kept.id
        told = {job.topic: job.payload for job in await session.scalars(select(OutboxJob))}
        assert sum(await session.scalars(select(OrganisationCount.organisations))) == len(ROWS) - 1
    assert told[OrganisationsMerged.topic] == {"from_id": gone.id, "into_id": kept.id}
    for text in ("北京大学第三医院", "北医三院"):
        assert (await found(stocked, engine, text))[0] == FIRST


async def test_a_merged_name_imported_again_lands_on_the_merged_one(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv
) -> None:
    await merge(stocked, THIRD, FIRST)
    report = await import_organisations(
        stocked, write_csv([{**HOSPITAL, "scale": "3000人", "short_names": "三院"}]), catalogue
    )
    assert (report.new, report.changed) == (0, 1)
    kept = await named(stocked, FIRST)
    assert (kept.name, kept.scale) == ("北京大学第一医院", "3000人")
    assert "三院" in await aliases(stocked, FIRST)
    assert (await named(stocked, THIRD)).status == "closed"
    both = await import_organisations(stocked, write_csv(ROWS), catalogue)
    assert (both.new, both.changed) == (0, 0)


async def test_a_renamed_one_is_found_and_imported_by_either_name(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv, engine: SearchEngine
) -> None:
    new = "北京大学医学部第三临床医院"
    await run_write(stocked, lambda session: naming.rename(session, THIRD, new))
    assert (await aliases(stocked, THIRD))[HOSPITAL["name"]] == "former"
    for text in (new, HOSPITAL["name"]):
        assert (await found(stocked, engine, text))[0] == THIRD
    report = await import_organisations(
        stocked, write_csv([{**HOSPITAL, "scale": "1"}, {"name": new, "scale": "2"}]), catalogue
    )
    assert (report.new, report.changed) == (0, 1)  # one of the two is enough: that of its present name
    renamed = await named(stocked, THIRD)
    assert (renamed.name, renamed.scale) == (new, "2")
    report = await import_organisations(stocked, write_csv([{**HOSPITAL, "scale": "3"}]), catalogue)
    assert (report.new, (await named(stocked, THIRD)).name) == (0, new)


async def test_a_split_one_offers_its_successors(
    stocked: Database, catalogue: Catalogue, client: httpx.AsyncClient, engine: SearchEngine
) -> None:
    await put_in(stocked, [Bought("北京大学第三医院", "emr-upgrade", clock.today() - timedelta(days=9))])

    async def split(session: WriteSession) -> list[str]:
        return await lifecycle.split(
            session, THIRD, [FIRST, "北京大学第三医院新院"], catalogue, facts_to="北京大学第三医院新院"
        )

    first, new = await run_write(stocked, split)
    page = await client.get(f"/organisations/{THIRD}")
    assert page.status_code == 410
    for heir in (first, new):
        assert f'href="/organisations/{heir}"' in page.text
    problem = (await client.get(f"/api/v1/organisations/{THIRD}")).json()
    assert [one["id"] for one in problem["successors"]] == [FIRST, new]
    made = await named(stocked, new)
    assert (made.industry, made.province, made.status) == ("healthcare", "北京市", "active")
    async with stocked.reading() as session:
        assert await session.scalar(select(Fact.organisation_id)) == made.id
    assert (await found(stocked, engine, "北京大学第三医院新院"))[0] == new
    await run_write(stocked, lambda session: lifecycle.reopen(session, THIRD))
    assert (await client.get(f"/organisations/{THIRD}")).status_code == 200


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda s: lifecycle.merge_into(s, THIRD, THIRD), Invalid),
        (lambda s: lifecycle.merge_into(s, THIRD, "nobody"), NotFound),
        (lambda s: lifecycle.close(s, THIRD, successor=THIRD), Invalid),
        (lambda s: naming.rename(s, THIRD, "北京大学第一医院"), Conflict),
        (lambda s: naming.rename(s, THIRD, "院"), Invalid),
        (lambda s: lifecycle.merge_into(s, PEOPLES, FIRST), Conflict),
        (lambda s: lifecycle.reopen(s, PEOPLES), Conflict),
        (lambda s: lifecycle.close(s, PEOPLES), Conflict),
        (lambda s: lifecycle.merge_into(s, FIRST, PEOPLES), Conflict),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    stocked: Database, act: Act, refusal: type[Exception]
) -> None:
    await merge(stocked, PEOPLES, THIRD)
    async with stocked.reading() as session:
        before = (await session.execute(select(OrganisationRedirect.__table__))).all()
    with pytest.raises(refusal):
        await run_write(stocked, act)
    async with stocked.reading() as session:
        assert (await session.execute(select(OrganisationRedirect.__table__))).all() == before


@pytest.mark.parametrize(
    "into", [["a"], ["北京大学甲院", "北京大学甲院"], ["北京大学甲院", "院"], [FIRST, THIRD]]
)
async def test_a_split_into_nothing_sensible_is_refused(
    stocked: Database, catalogue: Catalogue, into: list[str]
) -> None:
    with pytest.raises(Invalid):
        await run_write(stocked, lambda session: lifecycle.split(session, THIRD, into, catalogue))
    assert (await named(stocked, THIRD)).status == "active"
