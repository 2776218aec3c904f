"""A company's statement: its entries, newest first, each with its cause.

A place in it is the number reached on each account, so that a page costs the same however long the
statement is, and nothing is skipped or shown twice while new entries arrive. What is filtered out costs at
most some windows of entries a page: a page may then be short, and the next one goes on from there.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.posting.requests import Cause
from app.kit.amount import Amount

PAGE = 50
OWN_KINDS = tuple(kind for kind in AccountKind if not kind.is_platform)
_WINDOW = 2_000  # entries of an account that are looked at in one go
_WINDOWS = 5  # how often, for one page, until something is found
# An account's entries are numbered in the order of its lock, their times are those of the transactions'
# beginnings: so far the two orders can be apart.
_APART = timedelta(hours=1)

Places = Mapping[str, int]  # account -> lowest number that was looked at


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Empty: everything. `since` is included, `until` is not."""

    accounts: tuple[AccountKind, ...] = OWN_KINDS
    kinds: tuple[TransferKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = StatementFilter()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one transfer did to one account."""

    transfer: str  # public id
    leg: int
    at: datetime
    kind: TransferKind
    account: AccountKind
    amount: Amount
    balance_after: Amount
    cause: Cause


@dataclass(frozen=True, slots=True)
class StatementPage:
    """`before`: where the next page goes on; None: there is nothing older."""

    lines: tuple[StatementLine, ...]
    before: Places | None


@dataclass(slots=True)
class _Reading:
    """One account: what was read of it and waits to be shown, and from where on there may be more."""

    place: str
    account_id: int
    reached: int
    first: int  # the oldest number that may be asked for
    low: int = 0  # the oldest that was looked at
    rows: deque[Any] | None = None

    @property
    def waiting(self) -> deque[Any]:
        return self.rows if self.rows is not None else deque()

    @property
    def is_dry(self) -> bool:
        """Its next entry is not at hand: those of other accounts might be older, and have to wait."""
        return not self.waiting and self.low > self.first

    @property
    def has_more(self) -> bool:
        return bool(self.waiting) or self.low > self.first


async def statement_of(
    session: ReadSession,
    company_id: int,
    *,
    wanted: StatementFilter = EVERYTHING,
    before: Places | None = None,
    limit: int = PAGE,
) -> StatementPage:
    """The entries on the company's accounts that are wanted and older than `before`."""
    readings = await _readings(session, company_id, wanted, before or {})
    for one in readings:
        await _fill(session, one, wanted, limit + 1)
    return _merged(readings, limit)


async def _fill(session: ReadSession, one: _Reading, wanted: StatementFilter, enough: int) -> None:
    for _ in range(_WINDOWS):
        one.low = max(one.first, one.reached - _WINDOW)
        one.rows = deque((await session.execute(_entries(one, wanted, enough))).all())
        if len(one.rows) == enough:  # what lies below was not looked at
            one.low = one.rows[-1].account_seq
        if not one.is_dry:
            return
        one.reached = one.low


def _merged(readings: list[_Reading], limit: int) -> StatementPage:
    """Each account in its own order, which is not that of transfer ids: those only choose among accounts."""
    shown: list[Any] = []
    while len(shown) < limit and not any(one.is_dry for one in readings):
        waiting = [one for one in readings if one.waiting]
        if not waiting:
            break
        newest = max(waiting, key=lambda one: one.waiting[0].transfer_id)
        shown.append(newest.waiting.popleft())
        newest.reached = shown[-1].account_seq
    for one in readings:
        if not one.waiting:
            one.reached = one.low
    more = any(one.has_more for one in readings)
    return StatementPage(
        tuple(_line(row) for row in shown), {one.place: one.reached for one in readings} if more else None
    )


async def _readings(
    session: ReadSession, company_id: int, wanted: StatementFilter, before: Places
) -> list[_Reading]:
    accounts = (
        await session.execute(
            select(
                LedgerAccount.id,
                LedgerAccount.seq,
                LedgerAccount.kind,
                LedgerAccount.asset,
                LedgerAccount.shard,
            ).where(
                LedgerAccount.owner_id == company_id,
                LedgerAccount.kind.in_([int(kind) for kind in wanted.accounts]),
            )
        )
    ).all()
    ends = {row.id: row.seq + 1 for row in accounts}
    firsts = await _not_before(session, ends, wanted.since and wanted.since - _APART)
    tops = ends if wanted.until is None else await _not_before(session, ends, wanted.until + _APART)
    return [
        _Reading(place, row.id, min(before.get(place, tops[row.id]), tops[row.id]), firsts[row.id])
        for row in accounts
        for place in (f"{row.kind}.{row.asset}.{row.shard}",)
    ]


async def _not_before(
    session: ReadSession, ends: Mapping[int, int], moment: datetime | None
) -> dict[int, int]:
    """On each account the first number whose time is not before `moment`; by halving, all at once."""
    low, high = dict.fromkeys(ends, 1), dict(ends)
    if moment is None:
        return low
    while middle := {one: (low[one] + high[one]) // 2 for one in ends if low[one] < high[one]}:
        found = await session.execute(
            select(LedgerEntry.account_id, LedgerTransfer.created_at)
            .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
            .where(
                or_(
                    *(
                        and_(LedgerEntry.account_id == one, LedgerEntry.account_seq == seq)
                        for one, seq in middle.items()
                    )
                )
            )
        )
        times = dict(found.all())
        for one, seq in middle.items():
            if times[one] < moment:
                low[one] = seq + 1
            else:
                high[one] = seq
    return low


def _entries(one: _Reading, wanted: StatementFilter, limit: int) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            LedgerEntry.transfer_id,
            LedgerEntry.leg,
            LedgerEntry.account_seq,
            LedgerEntry.amount,
            LedgerEntry.balance_after,
            LedgerAccount.kind.label("account"),
            LedgerAccount.asset,
            LedgerTransfer.public_id,
            LedgerTransfer.created_at,
            LedgerTransfer.kind,
            LedgerTransfer.cause_kind,
            LedgerTransfer.cause_id,
        )
        .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerEntry.account_id == one.account_id,
            LedgerEntry.account_seq < one.reached,
            LedgerEntry.account_seq >= one.low,
        )
        .order_by(LedgerEntry.account_seq.desc())
        .limit(limit)
    )
    if wanted.kinds:
        statement = statement.where(LedgerTransfer.kind.in_([int(kind) for kind in wanted.kinds]))
    if wanted.since is not None:
        statement = statement.where(LedgerTransfer.created_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(LedgerTransfer.created_at < wanted.until)
    return statement


def _line(row: Any) -> StatementLine:
    return StatementLine(
        transfer=row.public_id,
        leg=row.leg,
        at=row.created_at,
        kind=TransferKind(row.kind),
        account=AccountKind(row.account),
        amount=Amount(row.asset, row.amount),
        balance_after=Amount(row.asset, row.balance_after),
        cause=Cause(row.cause_kind, row.cause_id),
    )
