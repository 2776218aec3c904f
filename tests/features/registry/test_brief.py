"""What goes on the two pages of a brief, and in which words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.terms import Reason
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.brief.assembling import assemble
from app.features.registry.brief.contents import Brief
from app.features.registry.brief.fitting import FILLED, HEIGHT, SECTION, WRITING_LINE, Measure
from app.features.registry.brief.words import joined, listed_peers
from app.features.registry.correction import Correction
from app.features.registry.facts.records import FactRecord
from app.features.registry.importing import import_organisations
from app.kit.ids import stable_id
from app.kit.text import Language, Text
from app.kit.viewer import ANONYMOUS
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import ROWS

TODAY = date(2026, 11, 22)
HOSPITAL = stable_id("organisation", "北京大学第三医院")
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture
async def session(sqlite_url: str, catalogue: Catalogue, write_csv: WriteCsv) -> AsyncIterator[ReadSession]:
    database = Database(sqlite_url)
    await run_write(database, lambda session: load_into(session, catalogue))
    await import_organisations(database, write_csv(ROWS), catalogue)
    async with database.reading() as session:
        yield session
    await database.close()


@pytest.fixture
async def hospital(session: ReadSession, catalogue: Catalogue) -> Answer:
    return await answer_for_organisation(session, catalogue, ANONYMOUS, HOSPITAL)


def fact(number: int, **changed: object) -> FactRecord:
    known = FactRecord(
        public_id=f"fact{number}",
        need="emr-upgrade",
        role="buyer",
        kind="award",
        first_on=date(2023, 11, 2),
        event_on=date(2024, 2, 1),
        seen_at=datetime(2025, 3, 4, tzinfo=UTC),
        title=f"电子病历系统升级项目（合成 {number}）",
        amount=3_560_000,
        amount_kind="award",
        site="某采购网",
        url=None,
        weight=1.0,
        rule="emr",
        project_key=f"project{number}",
        source=Text(zh="合成数据", en="synthetic data"),
        organisation_id=HOSPITAL,
        organisation="北京大学第三医院",
        industry="healthcare",
        province="北京市",
    )
    return replace(known, **changed)  # type: ignore[arg-type]


def brief_of(answer: Answer, *facts: FactRecord, language: Language = "zh") -> Brief:
    return assemble(answer, facts, language=language, today=TODAY)


async def test_it_says_who_and_how_that_is_known(hospital: Answer) -> None:
    brief = brief_of(hospital)
    assert [text.en for text in brief.who][-1] == "Beijing"
    assert "医疗卫生" in [text.zh for text in brief.who]
    assert [text.zh for text in brief.how][:2] == ["单位库", "见于公开来源"]
    assert brief.made_on == TODAY
    assert not brief.is_typed


async def test_a_name_in_no_data_says_so(session: ReadSession, catalogue: Catalogue) -> None:
    brief = brief_of(await answer_for_name(session, catalogue, ANONYMOUS, "红河州第五人民医院"))
    assert brief.is_typed
    said = "；".join(text.zh for text in brief.how)
    assert "单位库未收录" in said
    assert "把握" in said


async def test_the_best_needs_come_first_with_two_reasons(hospital: Answer) -> None:
    brief = brief_of(hospital)
    likelihoods = [need.prediction.likelihood for need in brief.needs]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert [need.slug for need in brief.needs[:3]] == [need.slug for need, _ in hospital.top]
    for need in brief.needs:
        assert list(need.reasons) == [reason.text for reason in need.prediction.reasons[:2]]
        assert "估计" in need.buying.zh
        assert "estimate" in need.buying.en


async def test_a_regulation_not_yet_in_force_is_not_said_to_be(hospital: Answer) -> None:
    regulation, needs = hospital.regulations[0]
    ahead = replace(regulation, effective_date=date(2027, 1, 1), date_kind="effective")
    undated = replace(regulation, slug="undated", effective_date=None)
    briefing = replace(hospital.briefing, regulations=((ahead, needs), (undated, needs)))
    first, second = brief_of(replace(hospital, briefing=briefing)).regulations
    assert (first.when.en, "尚未生效" in first.when.zh) == (
        "comes into force 2027-01-01 (not yet in force)",
        True,
    )
    assert second.when.zh == "日期待核"


async def test_a_project_of_several_needs_is_one_fact(hospital: Answer) -> None:
    brief = brief_of(hospital, fact(1), fact(1, public_id="other", need="mlps-l3"), fact(2, kind="tender"))
    first, second = brief.facts
    assert first.when.zh == "2024-02-01 中标公告（2023-11-02 起）"
    assert first.about.en == (
        "EMR application level upgrade, MLPS Level 3 compliance · awarded CNY\u00a03.56\u00a0million"
        " · source: 某采购网, synthetic data · seen 2025-03-04"
    )
    assert first.href == "/facts/fact1"
    assert second.when.zh.startswith("2024-02-01 招标公告")


async def test_a_fact_of_one_day_without_an_amount_says_no_more(hospital: Answer) -> None:
    plain = fact(1, first_on=date(2024, 2, 1), amount=None, site=None, role="end_user", title="长" * 500)
    (only,) = brief_of(hospital, plain).facts
    assert only.when.en == "2024-02-01 award notice"
    assert only.about.zh == "电子病历应用水平提升 · 标题写明的最终用户 · 来源：合成数据 · 2025-03-04 收录"
    assert (len(only.title), only.title[-1]) == (90, "…")


async def test_a_fact_among_the_reasons_is_shortened(hospital: Answer) -> None:
    category, _, rows = hospital.by_category[0]
    need, prediction = rows[0]
    long = Reason(
        "fact", Text(zh="2024-05 中标公告“" + "长" * 500, en="2024-05 award notice: " + "x" * 500), 3.0
    )
    changed = replace(prediction, likelihood=0.99, reasons=(long, *prediction.reasons))
    briefing = replace(hospital.briefing, by_category={category: ((need, changed),)})
    told, kept = brief_of(replace(hospital, briefing=briefing)).needs[0].reasons
    assert (len(told.zh), len(told.en), told.zh[-1]) == (48, 48, "…")
    assert kept == prediction.reasons[0].text


async def test_a_route_made_for_another_industry_stays_at_home(hospital: Answer) -> None:
    brief = brief_of(hospital)
    slugs = [outline.slug for outline in brief.outlines]
    assert slugs
    assert not set(slugs) & hospital.briefing.borrowed
    assert len(set(slugs)) == len(slugs)
    everything = frozenset(outline.slug for _, outlines in hospital.routes for outline in outlines)
    alone = replace(hospital, briefing=replace(hospital.briefing, borrowed=everything))
    assert "其他行业" in brief_of(alone).outlines[0].note.zh


async def test_what_had_no_room_is_counted(hospital: Answer) -> None:
    brief = brief_of(hospital, *map(fact, range(30)))
    shown = f"公开事实 {len(brief.facts)}/30、法规 {len(brief.regulations)}/{len(hospital.regulations)}"
    assert shown in brief.notes[-1].zh
    assert len(brief.facts) >= 3
    assert len(brief.needs) >= 3


async def test_room_that_is_left_is_for_writing(hospital: Answer) -> None:
    few = replace(hospital.briefing, by_category={}, predictions=(), questions=())
    brief = brief_of(replace(hospital, briefing=few))
    assert brief.needs == ()
    assert brief.writing_lines == 12


def filled(brief: Brief, language: Language) -> tuple[float, float]:
    """What the two pages take, by the same measures, added up anew."""
    measure = Measure(language)
    rows = [brief.questions[start : start + 2] for start in range(0, len(brief.questions), 2)]
    front = measure.head(brief.name, joined(brief.who), joined(brief.how)) + 2 * SECTION
    front += sum(map(measure.need, brief.needs)) + sum(map(measure.fact, brief.facts))
    front += sum(map(measure.questions, rows)) + (SECTION if rows else 0)
    front += SECTION + brief.writing_lines * WRITING_LINE if brief.writing_lines else 0
    back = SECTION + sum(map(measure.note, brief.notes))
    back += sum(map(measure.regulation, brief.regulations)) + (SECTION if brief.regulations else 0)
    back += sum(map(measure.outline, brief.outlines)) + (SECTION if brief.outlines else 0)
    back += measure.peers(brief.peers) + SECTION if brief.peers else 0
    return front, back


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_of_organisation_fits(
    session: ReadSession, catalogue: Catalogue, language: Language
) -> None:
    """All industries, their kinds and levels, with few facts and many, and the longest name."""
    corrections = [
        Correction(industry.code, sub.code if sub else "", level.code if level else "")
        for industry in catalogue.industries.values()
        for sub in (None, *industry.sub_industries)
        for level in (None, *industry.levels[:1])
    ]
    assert len(corrections) > 100
    for number, correction in enumerate(corrections):
        name = "长风万里" * (30 if number % 2 else 1)
        answer = await answer_for_name(session, catalogue, ANONYMOUS, name, correction)
        facts = [fact(each, title="长" * 500) for each in range(number % 9)]
        brief = assemble(answer, facts, language=language, today=TODAY)
        front, back = filled(brief, language)
        assert max(front, back) <= HEIGHT * FILLED, correction
        assert len(brief.needs) >= (2 if number % 2 else 3), correction
        assert bool(brief.facts) is bool(facts), correction
        assert brief.questions, correction
        assert len(brief.regulations) >= 3, correction


async def test_peers_are_listed_with_what_tells_them_apart(hospital: Answer) -> None:
    brief = brief_of(hospital)
    assert "四川大学华西医院（四川省 成都市 · 三级甲等）" in listed_peers(brief.peers).zh.split("；")
    assert "四川大学华西医院 (Sichuan 成都市 · Tertiary Grade A)" in listed_peers(brief.peers).en
