"""Running a check, and taking the checkpoints that make later ones short."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import func, insert, select, text

from app.db.engine import Database, ReadSession, WriteSession
from app.db.now import database_now
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.checking.guards import missing_guards
from app.features.ledger.checking.invariants import CHAINED, ENTRIES, INVARIANTS, KINDS, Invariant
from app.features.ledger.checking.late import late_work
from app.features.ledger.checking.report import Auditor, Extent, Finding, Report
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.side_models import LedgerCheckpoint

_SHOWN = 100  # findings of one invariant: whoever has more has one cause
_TOUCHED = {
    "full": "ledger_entries",
    # All legs of the transfers that any entry since the checkpoint belongs to.
    "since_checkpoint": "(SELECT w.* FROM ledger_entries w WHERE w.transfer_id IN (SELECT n.transfer_id FROM "  # noqa: S608
    + ENTRIES["since_checkpoint"]
    + " n))",
}
_UNTOUCHED = {
    "full": "(a.seq <> 0 OR a.balance <> 0)",
    "since_checkpoint": "a.seq <> coalesce((SELECT max(c.account_seq) FROM ledger_checkpoints c"
    " WHERE c.account_id = a.id), 0)",
}


async def check(database: Database, *, extent: Extent = "full", auditors: Sequence[Auditor] = ()) -> Report:
    """Look at everything in one snapshot, on behalf of nobody but the system: a part never balances."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return await _look(session, extent, auditors)


async def _look(session: ReadSession, extent: Extent, auditors: Sequence[Auditor]) -> Report:
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    findings: list[Finding] = []
    for invariant in INVARIANTS:
        findings += await _violations(session, invariant, extent)
    findings += await missing_guards(session)
    for auditor in auditors:
        findings += await auditor(session)
    now = (await session.execute(select(database_now()))).scalar_one()
    findings += await late_work(session, now)
    transfers, rejected = (
        await session.execute(select(func.count(), func.count().filter(LedgerTransfer.state == "rejected")))
    ).one()
    held = await session.execute(
        select(LedgerAccount.asset, func.sum(LedgerAccount.balance))
        .where(LedgerAccount.company_id.is_not(None))
        .group_by(LedgerAccount.asset)
    )
    return Report(
        as_of=now,
        extent=extent,
        accounts=await session.scalar(select(func.count()).select_from(LedgerAccount)) or 0,
        transfers=transfers,
        rejected=rejected,
        entries=await session.scalar(select(func.count()).select_from(LedgerEntry)) or 0,
        outstanding={asset: int(total) for asset, total in held},
        findings=tuple(findings),
        checked=tuple(dict.fromkeys([*(one.number for one in INVARIANTS), "I5", "I6"])),
    )


async def _violations(session: ReadSession, invariant: Invariant, extent: Extent) -> list[Finding]:
    kinds = {name: int(kind) for name, kind in KINDS.items()}
    sql = invariant.sql.format(
        entries=ENTRIES[extent],
        touched=_TOUCHED[extent],
        untouched=_UNTOUCHED[extent],
        chained=CHAINED[session.get_bind().dialect.name].format(entries=ENTRIES[extent]),
        **kinds,
    )
    rows = await session.execute(text(f"{sql} LIMIT {_SHOWN}"))
    return [Finding(invariant.number, invariant.rule, subject, detail) for subject, detail in rows]


async def take_checkpoint(session: WriteSession) -> int:
    """Write down where every account stands that moved since its last checkpoint; returns how many.

    One statement sees one state: balances with all their entries.
    """
    last = (
        select(LedgerCheckpoint.account_id, func.max(LedgerCheckpoint.account_seq).label("seq"))
        .group_by(LedgerCheckpoint.account_id)
        .subquery()
    )
    rows = (
        select(LedgerAccount.id, LedgerAccount.seq, LedgerAccount.balance, database_now())
        .outerjoin(last, last.c.account_id == LedgerAccount.id)
        .where(LedgerAccount.seq > func.coalesce(last.c.seq, 0))
    )
    statement = insert(LedgerCheckpoint).from_select(
        ["account_id", "account_seq", "balance", "taken_at"], rows
    )
    return int(cast(Any, await session.execute(statement)).rowcount)
