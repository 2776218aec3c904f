"""Facts and notices put straight into the tables, without a file to import them from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy import insert, select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.facts.models import Fact, Import, Notice
from app.features.registry.models import Organisation, Source

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Bought:
    """That `organisation` (its name) bought `need` on a day; without a need it is a bare notice."""

    organisation: str
    need: str | None
    on: date
    title: str = "某项目招标公告"
    kind: str = "tender"
    status: str = "active"
    weight: float = 1.0
    source: str = "notices"
    amount: int | None = None
    project: str | None = None  # its key; else one of its own


async def put_in(database: Database, given: Sequence[Bought]) -> None:
    async def work(session: WriteSession) -> None:
        run = await _import(session)
        for bought in given:
            await _put(session, run, bought)

    await run_write(database, work)


async def _import(session: WriteSession) -> int:
    number = next(_numbers)
    row = Import(
        public_id=f"import{number}",
        kind="facts",
        file_name="notices.csv",
        file_digest=f"{number:064}",
        report={},
        state="done",
        finished_at=SEEN,
    )
    session.add(row)
    await session.flush()
    return row.id


async def _put(session: WriteSession, run: int, bought: Bought) -> None:
    number = next(_numbers)
    project = bought.project or f"project{number}"
    organisation = (
        await session.execute(select(Organisation).where(Organisation.name == bought.organisation))
    ).scalar_one()
    source_id = await session.scalar(select(Source.id).where(Source.key == bought.source))
    if source_id is None:
        source = Source(key=bought.source)
        session.add(source)
        await session.flush()
        source_id = source.id
    await session.execute(
        insert(Notice).values(
            digest=f"{number:032}",
            import_id=run,
            source_id=source_id,
            kind="tender",
            title=bought.title,
            buyer=bought.organisation,
            published_on=bought.on,
            seen_at=SEEN,
            project_key=project,
            needs={bought.need: [bought.weight, "test"]} if bought.need else {},
            role="buyer" if bought.need else None,
            state="matched" if bought.need else "no_need",
            organisation_id=organisation.id,
        )
    )
    if bought.need:
        await session.execute(
            insert(Fact).values(
                public_id=f"fact{number}",
                organisation_id=organisation.id,
                need=bought.need,
                project_key=project,
                role="buyer",
                kind=bought.kind,
                first_on=bought.on,
                event_on=bought.on,
                seen_at=SEEN,
                amount=bought.amount,
                amount_kind=None if bought.amount is None else "budget",
                title=bought.title,
                source_id=source_id,
                weight=bought.weight,
                rule="test",
                status=bought.status,
                industry=organisation.industry,
                province=organisation.province or "",
            )
        )
