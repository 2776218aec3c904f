"""Importing notices: idempotent, one fact a project, all or nothing. On both databases."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Row as SqlRow
from sqlalchemy import select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.events import FactsChanged
from app.features.registry.facts import importing as module
from app.features.registry.facts.actions import undo_facts_import
from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.models import Fact, Import
from app.features.registry.facts.report import FactsReport
from app.features.registry.import_problems import FileRefused, RowsRefused
from app.features.registry.models import Organisation
from app.outbox.models import OutboxJob
from tests.features.registry.facts.conftest import (
    AWARD,
    CANTEEN,
    CHANGE,
    OTHER,
    TENDER,
    Importing,
    facts,
    id_of,
    notice,
    notices,
    write_notices,
)

PROJECT = [TENDER, CHANGE, AWARD]


def counts(report: FactsReport) -> tuple[int, ...]:
    return report.new, report.changed, report.unchanged, report.facts_new, report.facts_changed


async def imports(database: Database) -> Sequence[SqlRow]:
    table = Import.__table__
    async with database.reading() as session:
        return (
            await session.execute(select(table).where(table.c.kind == "facts").order_by(table.c.id))
        ).all()


async def told(database: Database) -> int:
    """How often the change of facts was announced."""
    async with database.reading() as session:
        jobs = await session.scalars(select(OutboxJob).where(OutboxJob.topic == FactsChanged.topic))
        return len(list(jobs))


async def test_notices_of_one_project_are_one_fact_with_a_history(
    stocked: Database, importing: Importing
) -> None:
    report = await importing([*PROJECT, OTHER, CANTEEN])
    assert (report.rows, report.matched, report.no_need, report.facts_new) == (5, 4, 1, 2)
    bastion, log_audit = await facts(stocked)
    assert (bastion.need, log_audit.need) == ("bastion-host", "log-audit")
    assert bastion.organisation_id == await id_of(stocked, "北京大学第三医院")
    assert (bastion.role, bastion.kind, bastion.status) == ("buyer", "award", "active")
    assert (str(bastion.first_on), str(bastion.event_on)) == ("2025-03-01", "2025-04-02")
    assert (bastion.amount, bastion.amount_kind, bastion.title) == (480_000, "award", AWARD["title"])
    assert (bastion.industry, bastion.province) == ("healthcare", "北京市")
    assert bastion.rule
    assert 0 < bastion.weight <= 1
    assert (log_audit.kind, log_audit.amount) == ("tender", None)
    states = [one.state for one in await notices(stocked)]
    assert states == ["matched", "matched", "matched", "matched", "no_need"]


async def test_the_same_file_twice_changes_nothing(stocked: Database, importing: Importing) -> None:
    first = await importing([*PROJECT, OTHER, CANTEEN])
    before = await facts(stocked), await notices(stocked), await told(stocked)
    again = await importing([*PROJECT, OTHER, CANTEEN])
    assert counts(again) == (0, 0, 5, 0, 0)
    assert (again.import_id, again.seen_before) == (None, first.import_id)
    assert (await facts(stocked), await notices(stocked), await told(stocked)) == before
    assert [one.public_id for one in await imports(stocked)] == [first.import_id]


async def test_a_notice_given_twice_counts_once(stocked: Database, importing: Importing) -> None:
    report = await importing([TENDER, TENDER, OTHER])
    assert counts(report) == (2, 0, 1, 2, 0)


async def test_a_later_award_completes_the_fact(stocked: Database, importing: Importing) -> None:
    await importing([TENDER])
    (before,) = await facts(stocked)
    assert (before.kind, before.amount, before.amount_kind) == ("tender", 500_000, "budget")
    report = await importing([AWARD])
    assert counts(report) == (1, 0, 0, 0, 1)
    (after,) = await facts(stocked)
    assert (after.id, after.public_id) == (before.id, before.public_id)
    assert (after.kind, after.amount, after.amount_kind) == ("award", 480_000, "award")
    assert str(after.first_on) == "2025-03-01"


async def test_an_earlier_notice_read_later_keeps_the_stage(stocked: Database, importing: Importing) -> None:
    await importing([AWARD])
    await importing([TENDER])
    (fact,) = await facts(stocked)
    assert (fact.kind, fact.amount_kind, fact.title) == ("award", "award", AWARD["title"])
    assert str(fact.first_on) == "2025-03-01"


async def test_an_import_is_recorded_with_its_counts(stocked: Database, importing: Importing) -> None:
    report = await importing(PROJECT)
    (made,) = await imports(stocked)
    assert (made.public_id, made.kind, made.state) == (report.import_id, "facts", "done")
    assert (made.file_name, len(made.file_digest)) == ("notices.csv.gz", 64)
    assert (made.report["new"], made.report["facts_new"]) == (3, 1)
    assert {one.import_id for one in await notices(stocked)} == {made.id}
    assert await told(stocked) == 1


async def test_a_dry_run_counts_and_stores_nothing(stocked: Database, importing: Importing) -> None:
    report = await importing([*PROJECT, OTHER], dry_run=True)
    assert (report.matched, report.needs) == (4, {"bastion-host": 3, "log-audit": 1})
    assert (await facts(stocked), await notices(stocked), await imports(stocked)) == ([], [], [])


async def test_a_failure_half_way_leaves_nothing(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh, called = module.refresh_facts, 0

    async def fail(*arguments: object, **options: object) -> object:
        nonlocal called
        called += 1
        if called == 2:
            raise RuntimeError("power cut")
        return await refresh(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_BATCH", 2)
    monkeypatch.setattr(module, "refresh_facts", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        await importing([*PROJECT, OTHER])
    assert (await facts(stocked), await notices(stocked), await imports(stocked)) == ([], [], [])
    monkeypatch.setattr(module, "refresh_facts", refresh)
    assert counts(await importing([*PROJECT, OTHER])) == (4, 0, 0, 2, 0)
    assert len(await facts(stocked)) == 2


async def test_an_organisation_learned_later_is_matched_by_importing_again(
    stocked: Database, importing: Importing
) -> None:
    id_ = await id_of(stocked, "北京大学第三医院")

    async def hide(session: WriteSession, status: str) -> None:
        await session.execute(update(Organisation).where(Organisation.id == id_).values(status=status))

    await run_write(stocked, lambda session: hide(session, "closed"))
    assert (await importing([TENDER])).unknown == 1
    assert await facts(stocked) == []
    await run_write(stocked, lambda session: hide(session, "active"))
    assert counts(await importing([TENDER])) == (0, 1, 0, 1, 0)
    (stored,) = await notices(stocked)
    assert (stored.state, stored.organisation_id) == ("matched", id_)


async def test_few_faulty_rows_are_left_out_and_many_refuse_the_file(
    stocked: Database, importing: Importing
) -> None:
    good = [notice(f"北京大学第三医院第{number}期堡垒机采购公告") for number in range(60)]
    bad = notice("北京大学第三医院堡垒机采购公告", "2099-01-01")
    report = await importing([*good, bad])
    assert (report.refused, report.new) == (1, 60)
    assert [(one.row, one.field) for one in report.problems] == [(62, "published_on")]
    with pytest.raises(RowsRefused) as refused:
        await importing([*good[:10], bad])
    assert "more than 5 %" in refused.value.message.en
    assert len(await notices(stocked)) == 60


async def test_swapped_columns_refuse_the_file(stocked: Database, importing: Importing) -> None:
    swapped = [one | {"title": one["buyer"], "buyer": one["title"]} for one in (*PROJECT, OTHER, CANTEEN)]
    with pytest.raises(RowsRefused, match="buyer"):
        await importing(swapped)
    moved = [one | {"province": one["site"], "site": one["province"]} for one in (*PROJECT, OTHER)]
    with pytest.raises(RowsRefused, match="is no province"):
        await importing(moved)
    assert await notices(stocked) == []


async def test_a_truncated_archive_leaves_nothing(
    stocked: Database, catalogue: Catalogue, tmp_path: Path
) -> None:
    rows = [notice(f"北京大学第三医院第{number}期堡垒机采购公告") for number in range(5_000)]
    path = write_notices(tmp_path / "notices.csv.gz", rows)
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(FileRefused, match="truncated or damaged"):
        await import_facts(stocked, path, catalogue)
    assert await notices(stocked) == []


async def test_undoing_takes_back_what_the_import_brought(stocked: Database, importing: Importing) -> None:
    await importing([TENDER])
    await importing([TENDER, AWARD, OTHER])
    _, second = await imports(stocked)
    await run_write(stocked, lambda session: undo_facts_import(session, second.id))
    (fact,) = await facts(stocked)
    assert (fact.need, fact.kind, fact.amount, fact.title) == (
        "bastion-host",
        "tender",
        500_000,
        TENDER["title"],
    )
    assert [one.title for one in await notices(stocked)] == [TENDER["title"]]
    assert counts(await importing([TENDER, AWARD, OTHER])) == (2, 0, 1, 1, 1)


async def test_what_was_taken_down_does_not_come_back(stocked: Database, importing: Importing) -> None:
    await importing(PROJECT)
    (made,) = await imports(stocked)
    await run_write(stocked, lambda session: session.execute(update(Fact).values(status="withdrawn")))
    await run_write(stocked, lambda session: undo_facts_import(session, made.id))
    await importing(PROJECT)
    assert [one.status for one in await facts(stocked)] == ["withdrawn"]


async def test_two_readings_of_one_announcement_stay_two_notices(
    stocked: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each import would change the one into the other and back."""
    monkeypatch.setattr(module, "_BATCH", 1)
    monkeypatch.setattr(module, "_MANY", 1)
    told = [TENDER, TENDER | {"budget_raw": "60万元"}, TENDER | {"province": "河北省"}]
    assert counts(await importing(told)) == (3, 0, 0, 1, 0)
    assert counts(await importing(told)) == (0, 0, 3, 0, 0)
