"""Corrections and objections: queued once, decided once, and no way to silence facts with them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.events import FactsChanged, OrganisationsChanged
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import facts_of
from app.features.registry.importing import import_organisations
from app.features.registry.life import reporting
from app.features.registry.life.models import Report
from app.features.registry.life.reporting import Draft, report_state, submit
from app.features.registry.life.review import Decided, decide, open_reports
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import stable_id
from app.kit.viewer import ANONYMOUS, OPERATOR
from app.outbox.models import OutboxJob
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.facts.stock import Bought, put_in
from tests.features.registry.sample import HOSPITAL

ID = stable_id("organisation", HOSPITAL["name"])
NEEDS = ("emr-upgrade", "mlps-l3", "data-classification", "data-backup", "vpn-gateway")


async def send(database: Database, catalogue: Catalogue, draft: Draft) -> str:
    return await run_write(database, lambda session: submit(session, draft, catalogue))


async def settle(database: Database, report: str, *, accept: bool, reason: str = "核对了来源") -> Decided:
    return await run_write(
        database, lambda session: decide(session, OPERATOR, report, accept=accept, reason=reason)
    )


async def hospital(database: Database) -> Organisation:
    async with database.reading() as session:
        found = await session.scalar(select(Organisation).where(Organisation.public_id == ID))
        assert found is not None
        session.expunge(found)
        return found


async def topics(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(OutboxJob.topic).order_by(OutboxJob.id)))


def correction(**proposed: str) -> Draft:
    return Draft("correction", "organisation", ID, "见官网", proposed)


def objection(fact: str, text: str = "不是这家单位") -> Draft:
    return Draft("objection", "fact", fact, text)


async def bought(database: Database, needs: Sequence[str] = NEEDS[:1]) -> list[str]:
    on = clock.today() - timedelta(days=30)
    await put_in(database, [Bought(HOSPITAL["name"], need, on) for need in needs])
    async with database.reading() as session:
        return list(await session.scalars(select(Fact.public_id).order_by(Fact.id)))


async def status_of(database: Database, fact: str) -> str | None:
    async with database.reading() as session:
        return await session.scalar(select(Fact.status).where(Fact.public_id == fact))


async def test_an_accepted_correction_changes_the_organisation_and_holds(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv
) -> None:
    report = await send(stocked, catalogue, correction(province="云南省", city="昆明市", alias="昆三院"))
    before = await hospital(stocked)
    assert (before.province, before.rev) == ("北京市", 1)
    await settle(stocked, report, accept=True)
    after = await hospital(stocked)
    assert (after.province, after.city, after.rev) == ("云南省", "昆明市", 2)
    assert "province" not in after.inferred
    assert (await topics(stocked))[-1] == OrganisationsChanged.topic
    await import_organisations(stocked, write_csv([{**HOSPITAL, "scale": "3000人"}]), catalogue)
    again = await hospital(stocked)
    assert (again.province, again.city, again.scale) == ("云南省", "昆明市", "3000人")


async def test_another_industry_takes_what_hung_on_the_old_one_along(
    stocked: Database, catalogue: Catalogue
) -> None:
    report = await send(stocked, catalogue, correction(industry="education"))
    await settle(stocked, report, accept=True)
    after = await hospital(stocked)
    assert (after.industry, after.sub_industry, after.level) == ("education", None, None)


async def test_a_corrected_name_is_a_renaming(stocked: Database, catalogue: Catalogue) -> None:
    report = await send(stocked, catalogue, correction(name="北京大学第三临床医学院"))
    await settle(stocked, report, accept=True)
    assert (await hospital(stocked)).name == "北京大学第三临床医学院"


async def test_the_same_report_is_queued_once(stocked: Database, catalogue: Catalogue) -> None:
    first = await send(stocked, catalogue, correction(city="昆明市"))
    assert await send(stocked, catalogue, correction(city="昆明市", province="北京市")) == first
    assert await send(stocked, catalogue, correction(city="大理市")) != first
    async with stocked.reading() as session:
        waiting = await open_reports(session, limit=10)
    assert [(one.title, one.proposed) for one in waiting] == [
        (HOSPITAL["name"], {"city": "昆明市"}),
        (HOSPITAL["name"], {"city": "大理市"}),
    ]


async def test_a_decision_is_told_and_stands(stocked: Database, catalogue: Catalogue) -> None:
    report = await send(stocked, catalogue, correction(city="昆明市"))
    with pytest.raises(Invalid, match="reason"):
        await settle(stocked, report, accept=False, reason=" ")
    await settle(stocked, report, accept=False, reason="官网写的是北京")
    async with stocked.reading() as session:
        told = await report_state(session, report)
    assert (told.state, told.reason) == ("refused", "官网写的是北京")
    assert (await settle(stocked, report, accept=False)).already
    with pytest.raises(Conflict):
        await settle(stocked, report, accept=True)
    assert (await hospital(stocked)).city == "北京市"


async def test_a_disputed_fact_is_marked_and_does_not_count_until_decided(
    stocked: Database, catalogue: Catalogue
) -> None:
    (fact,) = await bought(stocked)
    id_ = (await hospital(stocked)).id

    async def seen() -> tuple[list[bool], int]:
        async with stocked.reading() as session:
            shown = await facts_of(session, ANONYMOUS, id_)
            profile = Profile("某医院", "healthcare", None, None, None)
            evidence = await evidence_for(session, ANONYMOUS, profile, id_)
            return [one.is_disputed for one in shown], len(evidence.facts)

    assert await seen() == ([False], 1)
    report = await send(stocked, catalogue, objection(fact))
    assert await seen() == ([True], 0)
    assert FactsChanged.topic in await topics(stocked)
    other = await send(stocked, catalogue, objection(fact, "另一个理由"))
    await settle(stocked, report, accept=False)
    assert await seen() == ([True], 0)  # the other objection is still open
    await settle(stocked, other, accept=False)
    assert await seen() == ([False], 1)
    third = await send(stocked, catalogue, objection(fact, "还是不对"))
    assert await seen() == ([False], 1)  # refused before: queued, but no longer marked
    await settle(stocked, third, accept=True)
    assert await seen() == ([], 0)
    assert await status_of(stocked, fact) == "withdrawn"


async def test_few_facts_can_be_marked_at_once(
    stocked: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = await bought(stocked, NEEDS)
    for fact in facts:
        await send(stocked, catalogue, objection(fact))
    states = [await status_of(stocked, fact) for fact in facts]
    assert states == ["objected"] * 3 + ["active"] * 2
    monkeypatch.setattr(reporting, "OPEN_OF_ONE", 1)
    with pytest.raises(Conflict):
        await send(stocked, catalogue, objection(facts[0], "又一个"))


async def test_an_objection_to_an_organisation_takes_it_down_once_accepted(
    stocked: Database, catalogue: Catalogue
) -> None:
    report = await send(stocked, catalogue, Draft("objection", "organisation", ID, "请撤下"))
    assert (await hospital(stocked)).status == "active"
    await settle(stocked, report, accept=True)
    assert (await hospital(stocked)).status == "closed"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("correction", "organisation", ID, ""), "text"),
        (Draft("objection", "organisation", ID, ""), "text"),
        (Draft("correction", "organisation", ID, "", {"city": "北京市"}), "text"),
        (correction(name="院"), "name"),
        (correction(province="云南"), "province"),
        (correction(industry="nothing"), "industry"),
        (correction(level="nothing"), "level"),
        (correction(alias="名" * 61), "alias"),
        (correction(city="市" * 41), "city"),
    ],
)
async def test_what_cannot_be_applied_is_refused_at_once(
    stocked: Database, catalogue: Catalogue, draft: Draft, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await send(stocked, catalogue, draft)
    assert refused.value.field == field


async def test_what_is_not_there_cannot_be_reported(stocked: Database, catalogue: Catalogue) -> None:
    for draft in (objection("nothing"), Draft("correction", "organisation", "nobody", "x")):
        with pytest.raises(NotFound):
            await send(stocked, catalogue, draft)
    async with stocked.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Report)) == 0


def test_nothing_is_kept_of_who_sent_it() -> None:
    columns = {column.key for column in inspect(Report).columns}
    assert columns == {
        "id", "public_id", "kind", "about", "subject", "proposed", "text", "state", "reason", "digest",
        "created_at", "decided_at", "vendor",
    }  # fmt: skip


async def test_two_alike_at_once_are_one(stocked: Database, catalogue: Catalogue) -> None:
    from asyncio import gather

    from app.features.registry.life.forms import send as send_once

    drafts = [correction(city="昆明市")] * 4
    assert len(set(await gather(*(send_once(stocked, one, catalogue) for one in drafts)))) == 1
