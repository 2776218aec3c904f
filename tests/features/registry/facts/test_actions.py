"""Facts follow their organisations: merged, moved to another province, named in the staff's list."""

import csv
from pathlib import Path

from sqlalchemy import update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.facts.actions import follow_organisations, move_facts
from app.features.registry.facts.models import Fact
from app.features.registry.facts.unmatched import UnmatchedParty, unmatched_parties, write_unmatched
from app.features.registry.models import Organisation
from app.kit.viewer import ANONYMOUS
from tests.features.registry.facts.conftest import (
    AWARD,
    CANTEEN,
    OTHER,
    TENDER,
    Importing,
    facts,
    id_of,
    notice,
    notices,
)


async def test_facts_move_with_a_merge(stocked: Database, importing: Importing) -> None:
    await importing([TENDER, OTHER])
    third = await id_of(stocked, "北京大学第三医院")
    west = await id_of(stocked, "四川大学华西医院")
    before = await facts(stocked)
    await run_write(stocked, lambda session: move_facts(session, third, west))
    after = await facts(stocked)
    assert [(one.public_id, one.organisation_id, one.province) for one in after] == [
        (one.public_id, west, "四川省") for one in before
    ]
    assert {one.organisation_id for one in await notices(stocked)} == {west}


async def test_what_both_had_becomes_one_and_stays_taken_down(
    stocked: Database, importing: Importing
) -> None:
    await importing([TENDER, OTHER])
    third, first = await id_of(stocked, "北京大学第三医院"), await id_of(stocked, "北京大学第一医院")

    async def give_both(session: WriteSession) -> None:
        await move_facts(session, third, first)

    await run_write(stocked, give_both)
    await importing([AWARD])  # the same project, again of the hospital that gave its facts away
    taken = update(Fact).where(Fact.organisation_id == third).values(status="withdrawn")
    await run_write(stocked, lambda session: session.execute(taken))
    await run_write(stocked, lambda session: move_facts(session, third, first))
    bastion, log_audit = await facts(stocked)
    assert (bastion.organisation_id, bastion.kind, bastion.amount) == (first, "award", 480_000)
    assert (bastion.status, log_audit.status) == ("withdrawn", "active")


async def test_a_fact_copies_what_its_organisation_is(stocked: Database, importing: Importing) -> None:
    await importing([TENDER])
    id_ = await id_of(stocked, "北京大学第三医院")
    moved = update(Organisation).values(industry="education", province=None)

    async def move(session: WriteSession) -> None:
        await session.execute(moved.where(Organisation.id == id_))
        await follow_organisations(session, [id_])

    await run_write(stocked, move)
    (fact,) = await facts(stocked)
    assert (fact.industry, fact.province) == ("education", "")


async def test_staff_see_who_is_not_matched_most_frequent_first(
    stocked: Database, importing: Importing, tmp_path: Path
) -> None:
    await importing(
        [
            TENDER,
            CANTEEN | {"buyer": "某不知名单位"},
            notice("实验小学堡垒机采购公告", buyer="实验小学", province="云南省", city=""),
            notice("=梅岭医院堡垒机采购公告", "2025-03-01", buyer="=梅岭医院", province="云南省", city=""),
            notice(
                "=梅岭医院日志审计系统采购公告", "2025-03-02", buyer="=梅岭医院", province="云南省", city=""
            ),
        ]
    )
    async with stocked.reading() as session:
        found = list(await unmatched_parties(session, ANONYMOUS, limit=None))
        first = list(await unmatched_parties(session, ANONYMOUS, limit=1))
    assert [(one.party, one.state, one.notices) for one in found] == [
        ("=梅岭医院", "unknown", 2),
        ("实验小学", "ambiguous", 1),
    ]
    assert first == found[:1]
    assert isinstance(found[0], UnmatchedParty)
    assert str(found[0].last_on) == "2025-03-02"
    write_unmatched(found, tmp_path / "unmatched.csv")
    with (tmp_path / "unmatched.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["party"] for row in csv.DictReader(file)] == ["'=梅岭医院", "实验小学"]
