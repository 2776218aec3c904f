"""Reading the registry: whole records, lines in order, comparable organisations, stored counts."""

import pytest
from sqlalchemy import Engine, event, update

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.terms import Profile
from app.features.registry import queries
from app.features.registry.models import Organisation
from app.features.registry.panels import PANELS
from app.kit.errors import NotFound
from app.kit.ids import stable_id
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text
from app.kit.viewer import ANONYMOUS
from app.web.panels import PanelRegistry
from tests.features.registry.sample import ROWS

HOSPITAL_ID = stable_id("organisation", "北京大学第三医院")
HOSPITAL = Profile(
    name="北京大学第三医院",
    industry="healthcare",
    sub_industry="tertiary_hospital",
    level="tertiary_a",
    province="北京市",
)


async def test_a_record_holds_everything_with_its_attribution(session: ReadSession) -> None:
    record = await queries.organisation_of(session, ANONYMOUS, HOSPITAL_ID)
    assert (record.name, record.provenance, record.level) == ("北京大学第三医院", "observed", "tertiary_a")
    assert record.aliases == ("北医三院",)
    assert set(record.sources) == {
        Text(zh="医院名单 hhui64/wuhan2020map · MIT", en="list of hospitals, hhui64/wuhan2020map · MIT"),
        Text(zh="一份没有许可的名单", en="一份没有许可的名单"),
    }


async def test_whatever_is_no_id_is_not_found(session: ReadSession) -> None:
    for wrong in ("", "x", "1" * 20, "1" * 10_000, "' OR 1=1 --", "医院", "\x00", chr(0xD800)):
        with pytest.raises(NotFound) as refused:
            await queries.organisation_of(session, ANONYMOUS, wrong)
        assert refused.value.field == "id", wrong


async def test_lines_keep_the_order_asked_for_and_drop_what_is_gone(
    session: ReadSession, catalogue: Catalogue
) -> None:
    wanted = [stable_id("organisation", name) for name in ("北京大学", "没有这家", "四川大学华西医院")]
    lines = await queries.lines_of(session, ANONYMOUS, catalogue, wanted)
    assert [line.name for line in lines] == ["北京大学", "四川大学华西医院"]
    assert lines[1].place == "四川省 成都市"
    assert lines[0].place == "北京市"  # a municipality is said once


async def test_comparable_ones_are_of_the_same_kind_the_own_province_first(
    session: ReadSession, catalogue: Catalogue
) -> None:
    lines = await queries.comparable_to(session, ANONYMOUS, catalogue, HOSPITAL, without=HOSPITAL_ID)
    names = [line.name for line in lines]
    assert set(names[:2]) == {"北京大学第一医院", "北京大学人民医院"}
    assert names[2:] == ["四川大学华西医院"]
    assert names == [
        line.name
        for line in await queries.comparable_to(session, ANONYMOUS, catalogue, HOSPITAL, without=HOSPITAL_ID)
    ]
    only = await queries.comparable_to(session, ANONYMOUS, catalogue, HOSPITAL, without=HOSPITAL_ID, limit=1)
    assert [line.province for line in only] == ["北京市"]


async def test_an_unknown_level_hides_no_comparable_organisation_and_the_city_comes_first(
    session: ReadSession, catalogue: Catalogue
) -> None:
    unknown = Profile(
        name="成都某某医院",
        industry="healthcare",
        sub_industry="tertiary_hospital",
        province="四川省",
        city="成都市",
    )
    lines = await queries.comparable_to(session, ANONYMOUS, catalogue, unknown)
    assert lines[0].name == "四川大学华西医院"
    assert len(lines) == 4


async def test_of_one_place_a_derived_name_comes_last_however_well_known(
    stocked: Database, catalogue: Catalogue
) -> None:
    async def make_derived(session: WriteSession) -> None:
        one = update(Organisation).where(Organisation.name == "北京大学人民医院")
        await session.execute(one.values(provenance="derived", rank=1.0))

    await run_write(stocked, make_derived)
    async with stocked.reading() as session:
        lines = await queries.comparable_to(session, ANONYMOUS, catalogue, HOSPITAL, without=HOSPITAL_ID)
    assert [line.name for line in lines[:2]] == ["北京大学第一医院", "北京大学人民医院"]


async def test_an_answer_page_reads_the_registry_four_times_at_most(
    stocked: Database, catalogue: Catalogue
) -> None:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        async with stocked.reading() as session:
            record = await queries.organisation_of(session, ANONYMOUS, HOSPITAL_ID)
            await queries.comparable_to(session, ANONYMOUS, catalogue, HOSPITAL, without=record.public_id)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert 0 < len([each for each in statements if "FROM organisation" in each]) <= 4


async def test_counts_come_from_the_stored_table(session: ReadSession) -> None:
    assert await queries.count_organisations(session) == len(ROWS)


@pytest.mark.parametrize(
    ("kind", "public_id", "expected"),
    [
        ("industry", "healthcare", "北京大学第三医院"),
        ("need", "emr-upgrade", "北京大学第三医院"),
        ("regulation", "hosp_accred", "北京大学第三医院"),
    ],
)
async def test_panels_show_organisations_on_pages_of_the_catalogue(
    session: ReadSession, kind: SubjectKind, public_id: str, expected: str
) -> None:
    (loaded,) = await PanelRegistry(PANELS).load(session, ANONYMOUS, Subject(kind, public_id))
    assert expected in [line.name for line in loaded.data.lines]


@pytest.mark.parametrize(
    ("kind", "public_id"),
    [("industry", "nothing"), ("need", "nothing"), ("regulation", "csl")],
)
async def test_a_panel_without_anything_to_show_is_absent(
    session: ReadSession, kind: SubjectKind, public_id: str
) -> None:
    assert await PanelRegistry(PANELS).load(session, ANONYMOUS, Subject(kind, public_id)) == ()
