"""Importing: all or nothing, idempotent, merging, told to the search index. On both databases."""

from collections.abc import Sequence
from typing import Protocol

import pytest
from sqlalchemy import Row as SqlRow
from sqlalchemy import func, select

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry import actions
from app.features.registry.events import OrganisationsChanged, RegistryReplaced
from app.features.registry.import_problems import FileRefused, ImportReport, RowsRefused
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation, OrganisationAlias, OrganisationCount, Source
from app.kit.errors import Conflict
from app.kit.ids import stable_id
from app.outbox.models import OutboxJob
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import HOSPITAL, ROWS, Row


class Importing(Protocol):
    async def __call__(self, rows: Sequence[Row], *, dry_run: bool = False) -> ImportReport: ...


@pytest.fixture
def importing(database: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Importing:
    async def run(rows: Sequence[Row], *, dry_run: bool = False) -> ImportReport:
        return await import_organisations(database, write_csv(rows), catalogue, dry_run=dry_run)

    return run


async def stored(database: Database) -> Sequence[SqlRow]:
    async with database.reading() as session:
        return (await session.execute(select(Organisation.__table__).order_by(Organisation.id))).all()


async def jobs(database: Database) -> list[tuple[str, dict[str, list[int]]]]:
    async with database.reading() as session:
        return [(job.topic, job.payload) for job in await session.scalars(select(OutboxJob))]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


async def test_everything_of_a_row_is_stored(database: Database, importing: Importing) -> None:
    assert counts(await importing([HOSPITAL])) == (1, 0, 0, 0)
    (hospital,) = await stored(database)
    assert hospital.public_id == stable_id("organisation", "北京大学第三医院")
    assert (hospital.industry, hospital.level) == ("healthcare", "tertiary_a")
    assert (hospital.province, hospital.city) == ("北京市", "北京市")
    assert "industry" not in hospital.inferred
    assert "level" not in hospital.inferred
    assert (hospital.name_norm, hospital.initials) == ("北京大学第三医院", "bjdxdsyy")
    assert (hospital.rev, hospital.status) == (1, "active")
    async with database.reading() as session:
        assert list(await session.scalars(select(OrganisationAlias.alias))) == ["北医三院"]
        licences = dict((await session.execute(select(Source.key, Source.licence))).all())
    assert licences == {"hhui64/wuhan2020map": "MIT", "一份没有许可的名单": None}


async def test_what_the_row_leaves_open_is_read_from_the_name_and_marked(
    database: Database, importing: Importing
) -> None:
    await importing([{"name": "方山县财政局"}])
    (bureau,) = await stored(database)
    assert (bureau.industry, bureau.district) == ("government", "方山县")
    assert {"industry", "province", "district"} <= set(bureau.inferred)
    assert all(0 < confidence <= 1 for confidence in bureau.inferred.values())


async def test_a_name_that_says_nothing_is_other_and_a_guess_is_not_believed(
    database: Database, importing: Importing
) -> None:
    guess = {"industry": "retail_services", "sub_industry": "商贸服务", "industry_basis": "inferred"}
    await importing([{"name": "长风万里有限公司", "name_basis": "observed", **guess}])
    assert [one.industry for one in await stored(database)] == ["other"]


async def test_importing_again_changes_nothing_and_says_nothing(
    database: Database, importing: Importing
) -> None:
    assert counts(await importing(ROWS)) == (len(ROWS), 0, 0, 0)
    before, told = await stored(database), await jobs(database)
    assert counts(await importing(ROWS)) == (0, 0, len(ROWS), 0)
    after = await stored(database)
    assert [(one.id, one.rev, one.updated_at) for one in after] == [
        (one.id, one.rev, one.updated_at) for one in before
    ]
    assert await jobs(database) == told


async def test_only_what_differs_is_changed_and_told(database: Database, importing: Importing) -> None:
    await importing(ROWS)
    changed = [{**HOSPITAL, "scale": "员工3000人"}, *ROWS[1:]]
    assert counts(await importing(changed)) == (0, 1, len(ROWS) - 1, 0)
    hospital = (await stored(database))[0]
    assert (hospital.scale, hospital.rev) == ("员工3000人", 2)
    assert (await jobs(database))[-1] == (OrganisationsChanged.topic, {"ids": [hospital.id]})


async def test_blank_fields_say_nothing(database: Database, importing: Importing) -> None:
    await importing([HOSPITAL])
    assert counts(await importing([{"name": HOSPITAL["name"]}])) == (0, 0, 1, 0)
    (hospital,) = await stored(database)
    assert (hospital.level, hospital.city, hospital.rev) == ("tertiary_a", "北京市", 1)


async def test_a_reading_of_the_name_never_replaces_what_was_stated(
    database: Database, importing: Importing
) -> None:
    stated = {"name": "长江医院管理有限公司", "industry": "technology", "industry_basis": "source"}
    await importing([stated])
    await importing([{"name": stated["name"], "short_names": "长江"}])
    (company,) = await stored(database)
    assert (company.industry, "industry" in company.inferred) == ("technology", False)


async def test_an_observed_name_ranks_above_a_derived_one(database: Database, importing: Importing) -> None:
    derived = ROWS[8]
    await importing([derived, {**derived, "name": "岚县卫生健康局", "name_basis": "observed"}])
    first, second = await stored(database)
    assert (first.provenance, second.provenance) == ("derived", "observed")
    assert first.rank < second.rank
    await importing([{**derived, "name_basis": "observed"}])
    assert [one.provenance for one in await stored(database)] == ["observed", "observed"]


async def test_schools_of_one_name_are_told_apart_by_city(database: Database, importing: Importing) -> None:
    schools = [row for row in ROWS if row["name"] == "实验小学"]
    await importing(schools)
    first, second = await stored(database)
    assert {first.place, second.place} == {"本溪市", "成都市"}
    assert first.public_id == stable_id("organisation", "实验小学", first.place)
    assert counts(await importing([{"name": "实验小学", "city": "成都市", "scale": "大"}])) == (0, 1, 0, 0)


async def test_a_city_learned_later_completes_the_organisation(
    database: Database, importing: Importing
) -> None:
    await importing([{"name": "北京大学"}])
    assert counts(await importing([{"name": "北京大学", "province": "北京市", "city": "北京市"}])) == (
        0,
        1,
        0,
        0,
    )
    (university,) = await stored(database)
    assert university.place == "北京市"
    assert university.public_id == stable_id("organisation", "北京大学")


async def test_a_dry_run_tells_all_and_stores_nothing(database: Database, importing: Importing) -> None:
    report = await importing(ROWS, dry_run=True)
    assert counts(report) == (len(ROWS), 0, 0, 0)
    assert await stored(database) == []
    assert await jobs(database) == []


async def test_few_faulty_rows_are_left_out(database: Database, importing: Importing) -> None:
    rows = [{"name": f"第{number}研究所"} for number in range(60)]
    report = await importing([*rows, {"name": "北京\x00大学"}, rows[0]])
    assert counts(report) == (60, 0, 0, 2)
    assert [(problem.row, problem.field) for problem in report.problems] == [(62, "name"), (63, "name")]
    assert report.problems[1].reason.en == "same name and city as row 2"
    assert len(await stored(database)) == 60


async def test_many_faulty_rows_refuse_the_file(database: Database, importing: Importing) -> None:
    await importing([HOSPITAL])
    swapped = [{**row, "name": row.get("industry", ""), "industry": row["name"]} for row in ROWS]
    with pytest.raises(RowsRefused) as refused:
        await importing(swapped)
    assert refused.value.report.refused == len(ROWS)
    assert "Check that every column stands under its own heading" in refused.value.message.en
    assert len(await stored(database)) == 1


async def test_rows_that_are_only_noted_do_not_refuse_the_file(
    database: Database, importing: Importing
) -> None:
    rows = [
        {"name": f"石家庄第{number}研究所", "province": "河北省", "city": "石家庄"} for number in range(40)
    ]
    report = await importing(rows)
    assert (*counts(report), report.noted) == (40, 0, 0, 0, 40)
    assert {one.city for one in await stored(database)} == {"石家庄"}


async def test_a_column_of_what_is_no_city_refuses_the_file(database: Database, importing: Importing) -> None:
    swapped = [{**row, "city": row.get("level", ""), "level": row.get("city", "")} for row in ROWS]
    with pytest.raises(RowsRefused, match="三级甲等 is no known city"):
        await importing(swapped)
    assert await stored(database) == []


async def test_a_header_without_rows_is_refused(importing: Importing) -> None:
    with pytest.raises(FileRefused, match="no rows"):
        await importing([])


async def test_a_failure_half_way_leaves_nothing(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(actions, "_add_sources", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        await importing(ROWS)
    async with database.reading() as session:
        for table in (Organisation, OrganisationAlias, OrganisationCount, OutboxJob):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_second_import_of_the_same_names_meanwhile_is_a_conflict(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await importing([HOSPITAL])

    async def blind(*_: object) -> dict[str, object]:
        return {}

    monkeypatch.setattr("app.features.registry.matching._stored_by_name", blind)
    with pytest.raises(Conflict, match="nothing was imported"):
        await importing([{**HOSPITAL, "scale": "x"}])
    assert len(await stored(database)) == 1


async def test_many_changes_ask_for_one_rebuild(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "REBUILD_ABOVE", 5)
    await importing(ROWS)
    assert await jobs(database) == [(RegistryReplaced.topic, {})]


async def test_counts_are_stored_with_the_import(database: Database, importing: Importing) -> None:
    await importing(ROWS)
    async with database.reading() as session:
        rows = (await session.execute(select(OrganisationCount.__table__))).all()
    assert sum(row.organisations for row in rows) == len(ROWS)
    assert {(row.industry, row.province): row.organisations for row in rows}["healthcare", "北京市"] == 3
