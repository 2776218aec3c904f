"""Loading a pack into the database: idempotent, told entry by entry, all or nothing."""

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge import actions, queries
from app.features.knowledge.actions import PackChanges
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.errors import PackNotLoaded
from app.features.knowledge.loading import load_pack
from app.features.knowledge.models import KnowledgeEntry, KnowledgePack
from app.kit import clock
from tests.features.knowledge.small_pack import Pack, small_pack, write_pack

pytestmark = pytest.mark.anyio


def _catalogue(pack: Pack, directory: Path) -> Catalogue:
    return load_pack(write_pack(pack, directory))


async def _load(database: Database, catalogue: Catalogue) -> PackChanges:
    return await run_write(database, lambda session: actions.load_into(session, catalogue))


async def _current(database: Database) -> Catalogue:
    async with database.reading() as session:
        return await queries.current_catalogue(session)


async def _stored(database: Database) -> Catalogue:
    """As a fresh process would read it."""
    async with database.reading() as session:
        return await queries.stored_catalogue(session)


def _parts(catalogue: Catalogue) -> dict[str, Any]:
    """Two catalogues are equal by their version alone."""
    return {field.name: getattr(catalogue, field.name) for field in fields(catalogue)}


async def test_no_pack_is_said_with_the_way_out(database: Database) -> None:
    with pytest.raises(PackNotLoaded, match="topctl pack load"):
        await _current(database)


async def test_what_is_loaded_is_what_was_read(database: Database) -> None:
    shipped = load_pack()
    changes = await _load(database, shipped)
    assert len(changes.added) > 700
    assert (changes.changed, changes.removed, changes.unchanged) == ((), (), 0)
    assert _parts(await _stored(database)) == _parts(shipped)


def test_two_copies_of_one_version_are_equal_without_a_look_at_their_parts(tmp_path: Path) -> None:
    catalogue = _catalogue(small_pack(), tmp_path)
    assert replace(catalogue, needs={}) == catalogue
    assert replace(catalogue, version="another") != catalogue


async def test_loading_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    catalogue = _catalogue(small_pack(), tmp_path)
    first = await _load(database, catalogue)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        again = await _load(database, catalogue)
    async with database.reading() as session:
        loaded_at = await session.scalar(select(KnowledgePack.loaded_at))
    assert again.is_empty
    assert loaded_at is not None
    assert loaded_at < clock.now()
    assert again.unchanged == len(first.added)


async def test_a_reload_tells_what_changed_and_readers_see_it(database: Database, tmp_path: Path) -> None:
    await _load(database, _catalogue(small_pack(), tmp_path / "old"))
    before = await _current(database)
    pack = small_pack()
    pack["industry_needs.yaml"]["mappings"][0]["weight"] = 0.65
    del pack["industry_needs.yaml"]["mappings"][5]
    del pack["en/reasons.yaml"]["业务连续"]
    pack["regulations.yaml"]["regulations"].insert(
        0, {**pack["regulations.yaml"]["regulations"][0], "id": "dsl", "title_zh": "数据安全法"}
    )
    pack["en/regulations.yaml"]["dsl"] = pack["en/regulations.yaml"]["csl"]
    changes = await _load(database, _catalogue(pack, tmp_path / "new"))
    assert changes.added == (("regulation", "dsl"),)
    assert changes.changed == (("prior", "healthcare/-/-/mlps-l3"),)
    assert changes.removed == (("prior", "finance/-/-/data-backup"),)
    assert not changes.reordered
    after = await _current(database)
    assert after.version == changes.version != before.version
    assert list(after.regulations) == ["dsl", "csl", "bank-rule"]
    assert after.priors[0].weight == 0.65


async def test_a_new_order_alone_is_told_too(database: Database, tmp_path: Path) -> None:
    await _load(database, _catalogue(small_pack(), tmp_path / "old"))
    pack = small_pack()
    pack["needs.yaml"]["needs"].reverse()
    changes = await _load(database, _catalogue(pack, tmp_path / "new"))
    assert (changes.added, changes.changed, changes.removed) == ((), (), ())
    assert changes.reordered
    assert not changes.is_empty
    assert list((await _current(database)).needs) == ["smart-ward", "data-backup", "mlps-l3"]


async def test_a_load_that_fails_leaves_the_old_pack(database: Database, tmp_path: Path) -> None:
    old = _catalogue(small_pack(), tmp_path / "old")
    await _load(database, old)
    pack = small_pack()
    pack["needs.yaml"]["needs"].reverse()
    new = _catalogue(pack, tmp_path / "new")

    async def load_and_fail(session: WriteSession) -> None:
        await actions.load_into(session, new)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await run_write(database, load_and_fail)
    assert _parts(await _stored(database)) == _parts(old)


async def test_the_shipped_pack_follows_the_program_until_an_own_one_is_loaded(
    database: Database, tmp_path: Path
) -> None:
    pack = small_pack()
    former = _catalogue(pack, tmp_path / "former")
    pack["needs.yaml"]["needs"][0]["title_zh"] = "等级保护三级"
    newer = _catalogue(pack, tmp_path / "newer")
    for shipped in (former, newer):
        await run_write(database, lambda session, it=shipped: actions.load_shipped(session, it))
        assert (await _current(database)).version == shipped.version
    await _load(database, former)
    await run_write(database, lambda session: actions.load_shipped(session, newer))
    assert (await _current(database)).version == former.version


async def test_loading_the_shipped_pack_as_ones_own_keeps_it(database: Database, tmp_path: Path) -> None:
    pack = small_pack()
    former = _catalogue(pack, tmp_path / "former")
    pack["needs.yaml"]["needs"][0]["title_zh"] = "等级保护三级"
    newer = _catalogue(pack, tmp_path / "newer")
    await run_write(database, lambda session: actions.load_shipped(session, former))
    await _load(database, former)
    await run_write(database, lambda session: actions.load_shipped(session, newer))
    assert (await _current(database)).version == former.version


async def test_the_same_version_is_built_once(database: Database, tmp_path: Path) -> None:
    await _load(database, _catalogue(small_pack(), tmp_path))
    assert await _current(database) is await _current(database)


async def test_entries_of_another_program_version_are_refused(database: Database, tmp_path: Path) -> None:
    await _load(database, _catalogue(small_pack(), tmp_path))

    async def spoil(session: WriteSession) -> None:
        await session.execute(update(KnowledgeEntry).values(body={"colour": "red"}))

    await run_write(database, spoil)
    with pytest.raises(PackNotLoaded):
        await _stored(database)
