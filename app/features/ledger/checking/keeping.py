"""Keeping what a check found, for the public page and for operators."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.ledger.checking.report import Auditor, Extent, Report
from app.features.ledger.checking.running import check
from app.features.ledger.payment_models import LedgerCheck


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check that was made. `report` is as `as_json` tells it."""

    as_of: datetime
    extent: str
    is_clean: bool
    report: dict[str, Any]


def as_json(report: Report) -> dict[str, Any]:
    """A report in plain JSON values, the same for the command, the table and the API."""
    told = asdict(report) | {"as_of": report.as_of.isoformat(), "clean": report.is_clean}
    told["findings"] = [asdict(finding) for finding in report.findings]
    return told


async def check_and_keep(
    database: Database, *, extent: Extent = "full", auditors: Sequence[Auditor] = ()
) -> Report:
    """Run a check and write its result down."""
    report = await check(database, extent=extent, auditors=auditors)

    async def keep(session: WriteSession) -> None:
        await session.execute(
            insert(LedgerCheck).values(
                as_of=report.as_of, extent=report.extent, is_clean=report.is_clean, report=as_json(report)
            )
        )

    await run_write(database, keep)
    return report


async def newest_check(session: ReadSession, *, extent: Extent | None = None) -> KeptCheck | None:
    """What "books balanced as of …" is about; None: of either extent."""
    statement = (
        select(LedgerCheck.as_of, LedgerCheck.extent, LedgerCheck.is_clean, LedgerCheck.report)
        .order_by(LedgerCheck.as_of.desc(), LedgerCheck.id.desc())
        .limit(1)
    )
    if extent is not None:
        statement = statement.where(LedgerCheck.extent == extent)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else KeptCheck(*row)
