"""The search index follows the database, whatever happens when."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.documents import KIND
from app.features.registry.events import OrganisationsChanged, RegistryReplaced
from app.features.registry.handlers import handlers
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation
from app.features.registry.rebuilding import rebuild_index
from app.outbox.claimer import Claimer, backlog_of
from app.outbox.recorder import record
from search import build_engine
from search.contract import Rebuild, SearchEngine, SearchQuery
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import HOSPITAL, ROWS


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[SearchEngine]:
    engine = build_engine(tmp_path / "search")
    yield engine
    await engine.close()


async def first_hit(engine: SearchEngine, text: str) -> str | None:
    page = await engine.search(KIND, SearchQuery(text, ("public",), limit=1))
    return page.hits[0].name if page.hits and page.hits[0].matched_by in ("exact", "alias") else None


async def work_off(database: Database, engine: SearchEngine) -> None:
    async def rebuild() -> None:
        await rebuild_index(database, engine)

    claimer = Claimer(database, handlers(database, engine, rebuild=rebuild))
    while await claimer.run_due():
        pass
    async with database.reading() as session:
        backlog = await backlog_of(session)
    assert (backlog.waiting, backlog.dead) == (0, 0)


async def test_an_import_becomes_searchable_by_name_and_alias(
    stocked: Database, engine: SearchEngine
) -> None:
    await work_off(stocked, engine)
    assert await first_hit(engine, "北医三院") == "北京大学第三医院"
    assert (await engine.health()).documents[KIND] == len(ROWS)


async def test_closing_an_organisation_takes_it_out_and_twice_is_once(
    stocked: Database, engine: SearchEngine
) -> None:
    await work_off(stocked, engine)
    async with stocked.reading() as session:
        id_ = await session.scalar(select(Organisation.id).where(Organisation.name == "北京大学第三医院"))
    assert id_ is not None
    closing = update(Organisation).where(Organisation.id == id_).values(status="closed", rev=2)
    await run_write(stocked, lambda session: session.execute(closing))
    handle = handlers(stocked, engine)[OrganisationsChanged]
    for _ in range(2):
        await handle(OrganisationsChanged(ids=[id_]))
        assert await first_hit(engine, "北医三院") is None


async def test_a_change_without_an_index_rebuilds_all_of_it(stocked: Database, engine: SearchEngine) -> None:
    async with stocked.reading() as session:
        id_ = await session.scalar(select(Organisation.id).where(Organisation.name == "北京大学"))
    assert id_ is not None

    async def rebuild() -> None:
        await rebuild_index(stocked, engine)

    await handlers(stocked, engine, rebuild=rebuild)[OrganisationsChanged](OrganisationsChanged(ids=[id_]))
    assert (await engine.health()).documents[KIND] == len(ROWS)


async def test_a_replaced_registry_is_rebuilt(stocked: Database, engine: SearchEngine) -> None:
    rebuilt: list[int] = []

    async def rebuild() -> None:
        rebuilt.append(await rebuild_index(stocked, engine))

    await handlers(stocked, engine, rebuild=rebuild)[RegistryReplaced](RegistryReplaced())
    assert rebuilt == [len(ROWS)]
    assert await first_hit(engine, "工行") == "中国工商银行股份有限公司"


async def test_a_rebuild_answers_the_requests_before_it(stocked: Database, engine: SearchEngine) -> None:
    async def ask(session: WriteSession) -> None:
        record(session, RegistryReplaced())
        record(session, OrganisationsChanged(ids=[1]))

    await run_write(stocked, ask)
    async with stocked.reading() as session:
        before = (await backlog_of(session)).waiting
    await rebuild_index(stocked, engine)
    async with stocked.reading() as session:
        assert (await backlog_of(session)).waiting == before - 1


async def test_what_changes_during_a_rebuild_is_not_lost(
    stocked: Database, engine: SearchEngine, catalogue: Catalogue, write_csv: WriteCsv
) -> None:
    """The change is committed after the rebuild has read its rows, and before its event is handled."""
    await rebuild_index(stocked, engine)
    begin = engine.begin_rebuild

    class Meanwhile:
        def __init__(self, inner: Rebuild) -> None:
            self._inner = inner
            self.resumed = inner.resumed
            self.add, self.checkpoint = inner.add, inner.checkpoint
            self.suspend, self.abort = inner.suspend, inner.abort

        async def publish(self) -> None:
            renamed = [{**HOSPITAL, "short_names": "北医三院|北三"}]
            await import_organisations(stocked, write_csv(renamed), catalogue)
            await self._inner.publish()

    async def wrapped(kind: str, *, resume: bool = False) -> Rebuild:
        return Meanwhile(await begin(kind, resume=resume))

    engine.begin_rebuild = wrapped  # type: ignore[method-assign]
    await rebuild_index(stocked, engine)
    assert await first_hit(engine, "北三") == "北京大学第三医院"


async def test_a_rebuild_that_fails_leaves_the_old_index_serving(
    stocked: Database, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rebuild_index(stocked, engine)

    async def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("app.features.registry.documents._with_aliases", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        await rebuild_index(stocked, engine)
    monkeypatch.undo()
    assert await first_hit(engine, "工行") == "中国工商银行股份有限公司"
    assert await rebuild_index(stocked, engine) == len(ROWS)
