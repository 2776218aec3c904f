"""What the prediction is told of an organisation and of its like, on both databases."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.counting import Counts
from app.features.knowledge.prediction.evidence import ComparableCount, Evidence
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.models import PeerEvidence
from app.features.registry.facts.peers import recount
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.ids import stable_id
from app.kit.viewer import ANONYMOUS
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.faces import client_of
from tests.features.registry.facts.stock import Bought, put_in
from tests.features.registry.sample import HOSPITAL, Row

NEED = "emr-upgrade"
ALIKE = tuple(f"北京第{number}医院" for number in range(1, 9))


@pytest.fixture
async def hospitals(database: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Database:
    """Eight hospitals of one kind and province; five of them bought."""
    rows: Sequence[Row] = [{**HOSPITAL, "name": name, "short_names": ""} for name in ALIKE]
    await run_write(database, lambda session: load_into(session, catalogue))
    await import_organisations(database, write_csv([*rows, HOSPITAL]), catalogue)
    recent = clock.today() - timedelta(days=100)
    await put_in(
        database,
        [Bought(name, NEED if number < 5 else None, recent) for number, name in enumerate(ALIKE)],
    )
    await recount(database, clock.today())
    return database


async def known_of(database: Database, name: str | None = None, **given: Any) -> Evidence:
    async with database.reading() as session:
        id_ = await session.scalar(select(Organisation.id).where(Organisation.name == name))
        return await evidence_for(session, ANONYMOUS, profile_like(**given), id_)


def profile_like(**given: Any) -> Profile:
    return Profile(
        **{
            "name": "某医院",
            "industry": "healthcare",
            "sub_industry": "tertiary_hospital",
            "level": "tertiary_a",
            "province": "北京市",
            **given,
        }
    )


def counts_in(evidence: Evidence, catalogue: Catalogue, need: str) -> tuple[ComparableCount, ...]:
    return Counts(catalogue, profile_like(), evidence.of_its_like).of(need)


async def answered(database: Database, catalogue: Catalogue, name: str) -> Answer:
    async with database.reading() as session:
        if name in ALIKE or name == HOSPITAL["name"]:
            id_ = stable_id("organisation", name)
            return await answer_for_organisation(session, catalogue, ANONYMOUS, id_)
        return await answer_for_name(session, catalogue, ANONYMOUS, name)


async def test_counts_of_every_group_it_belongs_to(hospitals: Database, catalogue: Catalogue) -> None:
    evidence = await known_of(hospitals)
    about = counts_in(evidence, catalogue, NEED)
    assert [count.level for count in about] == ["all", "industry", "sub_industry", "level", "region"]
    assert {(count.with_need, count.organisations, count.years) for count in about} == {(5, 8, 3)}
    assert about[-1].href == (
        "/explore/facts?need=emr-upgrade&industry=healthcare&sub_industry=tertiary_hospital"
        "&level=tertiary_a&province=%E5%8C%97%E4%BA%AC%E5%B8%82&years=3"
    )
    assert evidence.facts == ()


async def test_needs_that_nobody_showed_are_counted_as_none(
    hospitals: Database, catalogue: Catalogue
) -> None:
    evidence = await known_of(hospitals)
    silent = next(each for each in counts_in(evidence, catalogue, "mlps-l3") if each.level == "region")
    assert (silent.with_need, silent.href) == (0, None)
    assert 0 < silent.visibility < 1


async def test_a_small_group_is_not_told(hospitals: Database, catalogue: Catalogue) -> None:
    async def move(session: WriteSession) -> None:
        elsewhere = Organisation.name.in_(ALIKE[5:])
        await session.execute(update(Organisation).where(elsewhere).values(province="四川省"))

    await run_write(hospitals, move)
    await recount(hospitals, clock.today())
    levels = {
        province: {group.level for group in (await known_of(hospitals, province=province)).groups.counted}
        for province in ("北京市", "四川省")
    }
    assert "region" in levels["北京市"]  # five
    assert "region" not in levels["四川省"]  # three


async def test_own_facts_come_with_their_page(hospitals: Database, catalogue: Catalogue) -> None:
    evidence = await known_of(hospitals, ALIKE[0])
    (fact,) = evidence.facts
    assert (fact.need, fact.source, fact.weight) == (NEED, "tender", 1.0)
    assert (fact.href or "").startswith("/facts/fact")


async def test_the_quick_reader_finds_the_same(hospitals: Database, catalogue: Catalogue) -> None:
    async with hospitals.glancing() as reader:
        quick = await evidence_for(reader, ANONYMOUS, profile_like())
    assert quick == await known_of(hospitals)


async def test_an_answer_cites_its_like_and_links_to_the_facts(
    hospitals: Database, catalogue: Catalogue
) -> None:
    answer = await answered(hospitals, catalogue, HOSPITAL["name"])
    prediction = next(each for each in answer.briefing.predictions if each.need == NEED)
    reason = next(each for each in prediction.reasons if each.kind == "comparable")
    assert "北京市" in reason.text.zh
    assert "5/8 家近 3 年有此类采购（只计有公开采购公告的单位，不计收集时专门检索的主题）" in reason.text.zh
    assert (reason.href or "").startswith("/explore/facts?need=emr-upgrade")
    assert reason.effect > 0


async def test_an_unknown_name_is_compared_too(hospitals: Database, catalogue: Catalogue) -> None:
    answer = await answered(hospitals, catalogue, "北京某某医院")
    prediction = next(each for each in answer.briefing.predictions if each.need == NEED)
    assert "comparable" in {reason.kind for reason in prediction.reasons}


async def test_an_own_fact_raises_the_estimate_and_leads_to_its_page(
    hospitals: Database, catalogue: Catalogue
) -> None:
    likelihoods, hrefs = {}, {}
    for name in (ALIKE[0], ALIKE[7]):
        answer = await answered(hospitals, catalogue, name)
        prediction = next(each for each in answer.briefing.predictions if each.need == NEED)
        likelihoods[name] = prediction.likelihood
        hrefs[name] = [each.href for each in prediction.reasons if each.kind == "fact"]
    assert likelihoods[ALIKE[0]] > likelihoods[ALIKE[7]]
    assert (len(hrefs[ALIKE[0]]), hrefs[ALIKE[7]]) == (1, [])


async def test_page_and_api_lead_to_the_facts(hospitals: Database, tmp_path: Path) -> None:
    id_ = stable_id("organisation", ALIKE[0])
    async with client_of(hospitals, tmp_path) as client:
        page = (await client.get(f"/organisations/{id_}")).text
        api = (await client.get(f"/api/v1/organisations/{id_}")).json()
        several = (await client.post("/api/v1/recognise", json={"names": ["北京某某医院"]})).json()
    reasons = [reason for need in api["needs"] if need["slug"] == NEED for reason in need["reasons"]]
    hrefs = {reason["kind"]: reason["href"] for reason in reasons}
    assert hrefs["fact"].startswith("/facts/")
    assert hrefs["comparable"].startswith("/explore/facts?need=emr-upgrade&")
    for href in (hrefs["fact"], hrefs["comparable"]):
        assert f'href="{escape(href)}"' in page
    (found,) = several["items"]
    kinds = {reason["kind"] for need in found["needs"] for reason in need["reasons"]}
    assert "comparable" in kinds


def claims(**given: Any) -> dict[str, Any]:
    return {
        "organisation_id": None,
        "industry": "healthcare",
        "sub_industry": "",
        "level": "",
        "province": "",
        "need": NEED,
        "organisations": 30,
        "with_need": 10,
        "companies": 10,
        "largest_share": 0.3,
        "top_two_share": 0.5,
        "confirmations": 0,
        "denials": 0,
        "week": date(2026, 11, 16),
        **given,
    }


async def test_aggregates_of_partners_count_and_bad_ones_are_refused(
    hospitals: Database, catalogue: Catalogue
) -> None:
    async with hospitals.reading() as session:
        id_ = await session.scalar(select(Organisation.id).where(Organisation.name == ALIKE[0]))
    empty = {"industry": "", "organisations": 0, "with_need": 0, "organisation_id": id_}

    async def work(session: WriteSession) -> None:
        for row in (
            claims(),
            claims(need="mlps-l3", largest_share=0.6),  # one company above half
            claims(need="data-backup", with_need=12),  # not rounded
            claims(need="smart-patient-service", industry="finance"),  # of others
            claims(**empty, confirmations=5),
            claims(**empty, need="mlps-l3", top_two_share=0.8),
        ):
            await session.execute(insert(PeerEvidence).values(**row))

    await run_write(hospitals, work)
    evidence = await known_of(hospitals, ALIKE[0])
    claimed = [count for count in evidence.comparables if count.claims]
    assert [(count.need, count.level, count.with_need) for count in claimed] == [(NEED, "industry", 10)]
    assert [(peer.need, peer.claims.companies) for peer in evidence.peers] == [(NEED, 10)]
    assert [(each.need, each.confirmations) for each in evidence.feedback] == [(NEED, 5)]
