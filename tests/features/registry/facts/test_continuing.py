"""Better rules bring notices under other keys: facts keep their address, and what is down stays down."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.facts import continuing, understanding
from app.features.registry.facts import importing as module
from app.features.registry.facts.continuing import grouped
from app.features.registry.facts.models import Fact, Import
from app.features.registry.facts.projects import FactKey
from app.features.registry.life.undo import undo_import
from app.kit.errors import Conflict
from tests.features.registry.facts.conftest import (
    AWARD,
    CHANGE,
    OTHER,
    TENDER,
    Importing,
    facts,
    notices,
)

PROJECT = [TENDER, CHANGE, AWARD]
Rule = Callable[[str, str], str]


def together(title: str, buyer: str = "") -> str:
    """A rule that keeps the words of a project together, under another key than today's."""
    return hashlib.md5(f"new {title[:11]}".encode(), usedforsecurity=False).hexdigest()


def apart(title: str, buyer: str = "") -> str:
    return hashlib.md5(f"new {title}".encode(), usedforsecurity=False).hexdigest()


def rules_become(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.setattr(understanding, "project_key", rule)
    monkeypatch.setattr(continuing, "project_key", rule)


async def take_down(database: Database, status: str = "withdrawn") -> None:
    await run_write(database, lambda session: session.execute(update(Fact).values(status=status)))


async def undo_newest(database: Database) -> None:
    async def work(session: WriteSession) -> None:
        newest = await session.scalar(select(Import.public_id).order_by(Import.id.desc()).limit(1))
        await undo_import(session, newest or "")

    await run_write(database, work)


@pytest.mark.parametrize("batch", [1, 2_000])
async def test_a_fact_keeps_its_address_under_another_key(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    await importing([*PROJECT, OTHER])
    before = await facts(stocked)
    rules_become(monkeypatch, together)
    monkeypatch.setattr(module, "_BATCH", batch)
    report = await importing([*PROJECT, OTHER])
    after = await facts(stocked)
    assert [(one.id, one.public_id) for one in after] == [(one.id, one.public_id) for one in before]
    assert {one.project_key for one in after} == {one.project_key for one in await notices(stocked)}
    assert (report.facts_new, report.facts_changed, report.facts_gone) == (0, 2, 0)


@pytest.mark.parametrize("status", ["withdrawn", "objected"])
async def test_what_is_down_stays_down_under_another_key(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    await importing(PROJECT)
    await take_down(stocked, status)
    rules_become(monkeypatch, together)
    await importing(PROJECT)
    assert [one.status for one in await facts(stocked)] == [status]


async def test_parts_of_what_was_taken_down_are_down(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await importing(PROJECT)
    (before,) = await facts(stocked)
    await take_down(stocked)
    rules_become(monkeypatch, apart)
    await importing(PROJECT)
    after = await facts(stocked)
    assert [one.status for one in after] == ["withdrawn"] * 3
    assert [one.title for one in after if one.public_id == before.public_id] == [AWARD["title"]]


async def test_projects_that_become_one_keep_the_older_address(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules_become(monkeypatch, apart)
    await importing(PROJECT)
    first, *_ = await facts(stocked)
    rules_become(monkeypatch, together)
    await importing(PROJECT)
    (left,) = await facts(stocked)
    assert (left.public_id, left.kind) == (first.public_id, "award")


@pytest.mark.parametrize("given", [PROJECT, [TENDER]])
async def test_undone_and_read_by_other_rules_it_stays_down(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch, given: list[dict[str, str]]
) -> None:
    await importing(PROJECT)
    await take_down(stocked)
    await undo_newest(stocked)
    rules_become(monkeypatch, together)
    await importing(given)
    assert [one.status for one in await facts(stocked)] == ["withdrawn"]


async def test_another_purchase_of_the_same_need_is_shown(stocked: Database, importing: Importing) -> None:
    await importing(PROJECT)
    await take_down(stocked)
    await importing([TENDER | {"title": "北京大学第三医院机场院区堡垒机扩容采购公告"}])
    assert sorted(one.status for one in await facts(stocked)) == ["active", "withdrawn"]


async def test_an_import_that_only_read_anew_is_not_undone(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await importing(PROJECT)
    rules_become(monkeypatch, together)
    report = await importing(PROJECT)
    before = await facts(stocked)
    with pytest.raises(Conflict, match="brought no notices of its own"):
        await undo_newest(stocked)
    async with stocked.reading() as session:
        state = await session.scalar(select(Import.state).where(Import.public_id == report.import_id))
    assert (state, await facts(stocked)) == ("done", before)


async def test_undoing_an_award_rebuilds_the_fact_and_counts_it(
    stocked: Database, importing: Importing
) -> None:
    await importing([TENDER])
    report = await importing([AWARD])
    done = await run_write(stocked, lambda session: undo_import(session, report.import_id or ""))
    assert (done.facts_gone, done.facts_changed) == (0, 1)
    assert [(one.kind, one.amount) for one in await facts(stocked)] == [("tender", 500_000)]


KEYS = st.builds(FactKey, st.integers(1, 2), st.just("need"), st.sampled_from("abcdef"))


@given(st.sets(KEYS), st.sets(st.tuples(KEYS, KEYS)), st.integers(1, 4))
def test_what_moves_connect_is_in_one_batch(
    keys: set[FactKey], moves: set[tuple[FactKey, FactKey]], at_most: int
) -> None:
    batches = list(grouped(keys, moves, at_most=at_most))
    told = [key for batch in batches for key in batch]
    assert sorted(told) == sorted(keys | {key for move in moves for key in move})
    place = {key: number for number, batch in enumerate(batches) for key in batch}
    assert all(place[old] == place[new] for old, new in moves)
