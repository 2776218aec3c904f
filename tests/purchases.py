"""One public purchase that tests know, at an organisation of the small registry."""

from sqlalchemy import insert, select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.explore.recounting import recount_totals
from app.features.registry.facts.models import Fact, Import, Notice, PeerCount
from app.features.registry.models import Organisation, Source
from app.kit import clock

FACT = "FactOfTheTests"
BUYER = "北京大学第三医院"
NEED = "emr-upgrade"
OFTEN_BOUGHT = "mlps-l3"  # by others of its industry, not by the buyer
_PROJECT = "project of the tests"


async def add_purchase(database: Database) -> None:
    """The fact, the notice behind it, and what the lists and the comparisons count."""
    await run_write(database, _purchase)
    await recount_totals(database)


async def _purchase(session: WriteSession) -> None:
    organisation = await session.scalar(select(Organisation.id).where(Organisation.name == BUYER))
    source = await session.scalar(insert(Source).values(key="合成公告").returning(Source.id))
    now, today = clock.now(), clock.today()
    run = {"public_id": "ImportOfTheTests", "kind": "facts", "file_name": "notices.csv", "file_digest": "x"}
    run_id = await session.scalar(
        insert(Import).values(**run, report={}, state="done", finished_at=now).returning(Import.id)
    )
    shared = {
        "organisation_id": organisation,
        "source_id": source,
        "project_key": _PROJECT,
        "role": "buyer",
        "kind": "tender",
        "title": "电子病历系统升级改造招标公告（合成数据）",
        "site": "某公共资源交易中心",
        "url": "https://notices.example/1",
        "amount": 1_200_000,
        "amount_kind": "budget",
        "seen_at": now,
        "province": "北京市",
    }
    read = {"digest": "x", "import_id": run_id, "buyer": BUYER, "published_on": today, "state": "matched"}
    await session.execute(insert(Notice).values(**shared, **read, needs={NEED: [1.0, "synthetic"]}))
    dated = {"first_on": today, "event_on": today, "weight": 1.0, "rule": "synthetic", "status": "active"}
    await session.execute(
        insert(Fact).values(**shared, **dated, public_id=FACT, need=NEED, industry="healthcare")
    )
    group = {"industry": "healthcare", "sub_industry": "", "level": "", "province": ""}
    for need, organisations in (("", 40), (OFTEN_BOUGHT, 20)):
        counted = {"need": need, "organisations": organisations, "counted_on": today, "years": 3}
        await session.execute(insert(PeerCount).values(**group, **counted))
