"""Undoing an import: added organisations go, changed ones become what they were, later changes stay."""

from collections.abc import Sequence
from typing import Protocol

import pytest
from sqlalchemy import func, insert, select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry import actions
from app.features.registry.events import OrganisationsChanged, OrganisationsRemoved, RegistryReplaced
from app.features.registry.facts.models import Import, Notice
from app.features.registry.importing import import_organisations
from app.features.registry.life import lifecycle
from app.features.registry.life.models import ImportChange
from app.features.registry.life.undo import Undone, undo_import
from app.features.registry.models import (
    Organisation,
    OrganisationAlias,
    OrganisationCount,
    OrganisationSource,
    Source,
)
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.ids import stable_id
from app.outbox.models import OutboxJob
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import HOSPITAL, ROWS, Row


class Importing(Protocol):
    async def __call__(self, rows: Sequence[Row]) -> str: ...


@pytest.fixture
def importing(database: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Importing:
    async def run(rows: Sequence[Row]) -> str:
        report = await import_organisations(database, write_csv(rows), catalogue)
        assert report.import_id is not None
        return report.import_id

    return run


async def undo(database: Database, public_id: str) -> Undone:
    return await run_write(database, lambda session: undo_import(session, public_id))


async def state(database: Database) -> dict[str, object]:
    """All that readers could see, without what grows by itself."""
    async with database.reading() as session:
        left_out = {"rev", "updated_at", "created_at", "id"}
        rows = [
            {column: value for column, value in row.items() if column not in left_out}
            for row in (
                await session.execute(select(Organisation.__table__).order_by(Organisation.public_id))
            ).mappings()
        ]
        named = select(Organisation.public_id, OrganisationAlias.alias).join(
            Organisation, Organisation.id == OrganisationAlias.organisation_id
        )
        sourced = (
            select(Organisation.public_id, Source.key)
            .join(OrganisationSource, OrganisationSource.organisation_id == Organisation.id)
            .join(Source, Source.id == OrganisationSource.source_id)
        )
        return {
            "organisations": rows,
            "aliases": {tuple(row) for row in await session.execute(named)},
            "sources": {tuple(row) for row in await session.execute(sourced)},
            "counted": await session.scalar(select(func.sum(OrganisationCount.organisations))) or 0,
        }


async def topics(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(OutboxJob.topic).order_by(OutboxJob.id)))


CHANGED = {**HOSPITAL, "scale": "3000人", "short_names": "北医三院|北三院", "source": "另一份名单"}


async def test_what_it_added_and_changed_is_as_before(database: Database, importing: Importing) -> None:
    await importing(ROWS[:6])
    before = await state(database)
    second = await importing([CHANGED, *ROWS[6:]])
    assert await state(database) != before
    done = await undo(database, second)
    assert (done.removed, done.restored, done.closed, done.kept) == (len(ROWS) - 6, 1, 0, 0)
    assert await state(database) == before
    assert OrganisationsRemoved.topic in await topics(database)
    assert OrganisationsChanged.topic in await topics(database)


async def test_again_it_changes_nothing(database: Database, importing: Importing) -> None:
    first = await importing(ROWS)
    await undo(database, first)
    told = await topics(database)
    again = await undo(database, first)
    assert (again.already, again.removed) == (True, 0)
    assert await topics(database) == told
    with pytest.raises(NotFound, match="topctl import list"):
        await undo(database, "nothing")


async def test_imports_are_undone_one_after_the_other(database: Database, importing: Importing) -> None:
    imports = [await importing(rows) for rows in ([HOSPITAL], [CHANGED], [{**CHANGED, "scale": "5000人"}])]
    for id_, restored in zip(imports[:0:-1], (1, 1), strict=True):
        assert (await undo(database, id_)).restored == restored
    done = await undo(database, imports[0])
    assert (done.removed, done.kept) == (1, 0)
    assert (await state(database))["organisations"] == []
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ImportChange)) == 0
        assert set(await session.scalars(select(Import.state))) == {"undone"}


async def test_what_changed_since_stays_and_is_named(database: Database, importing: Importing) -> None:
    first = await importing([HOSPITAL, ROWS[1]])
    await importing([CHANGED])
    before = await state(database)
    done = await undo(database, first)
    hospital = stable_id("organisation", HOSPITAL["name"])
    assert (done.removed, done.kept, done.listed) == (1, 1, [(hospital, HOSPITAL["name"])])
    after = await state(database)
    assert after["organisations"] == [
        row
        for row in before["organisations"]
        if row["public_id"] == hospital  # type: ignore[attr-defined]
    ]


async def test_what_a_person_closed_stays_closed(database: Database, importing: Importing) -> None:
    first = await importing([HOSPITAL])
    id_ = stable_id("organisation", HOSPITAL["name"])
    await run_write(database, lambda session: lifecycle.close(session, id_))
    assert (await undo(database, first)).kept == 1


async def test_what_facts_speak_of_is_closed_until_it_is_imported_again(
    database: Database, importing: Importing
) -> None:
    first = await importing([HOSPITAL])
    async with database.reading() as session:
        organisation_id = await session.scalar(select(Organisation.id))
        source_id = await session.scalar(select(func.min(Source.id)))
        import_id = await session.scalar(select(Import.id))
    notice = {
        "digest": "a", "import_id": import_id, "source_id": source_id, "kind": "tender", "title": "甲",
        "buyer": "甲", "published_on": clock.today(), "seen_at": clock.now(), "project_key": "a", "needs": {},
        "state": "matched", "organisation_id": organisation_id,
    }  # fmt: skip
    await run_write(database, lambda session: session.execute(insert(Notice).values(notice)))
    done = await undo(database, first)
    assert (done.removed, done.closed) == (0, 1)
    async with database.reading() as session:
        assert await session.scalar(select(Organisation.status)) == "closed"
    await importing([HOSPITAL])
    async with database.reading() as session:
        assert await session.scalar(select(Organisation.status)) == "active"


async def test_many_at_once_ask_for_one_rebuild(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await importing(ROWS)
    monkeypatch.setattr(actions, "REBUILD_ABOVE", 5)
    await undo(database, first)
    assert (await topics(database))[-1] == RegistryReplaced.topic


async def test_undo_and_import_again_gives_the_same(database: Database, importing: Importing) -> None:
    first = await importing(ROWS)
    before = await state(database)
    await undo(database, first)
    await importing(ROWS)
    assert await state(database) == before
