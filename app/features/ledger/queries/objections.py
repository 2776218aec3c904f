"""Freezes of a company's accounts, and its appeals against them and against disputes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from app.db.engine import ReadSession
from app.db.now import database_now
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.side_models import LedgerAppeal, LedgerFreeze, LedgerHold


@dataclass(frozen=True, slots=True)
class Freeze:
    """`scope`: the account that may not spend."""

    id: str
    company_id: int
    scope: AccountKind
    reason: str
    placed_at: datetime
    ends_at: datetime
    by_platform: bool


@dataclass(frozen=True, slots=True)
class Appeal:
    """Against a freeze (its id), or against keeping the earnings of a sale (its transfer)."""

    id: str
    company_id: int
    freeze: str | None
    transfer: str | None
    text: str
    filed_at: datetime
    state: str
    answer: str | None


async def freezes_of(session: ReadSession, company_id: int) -> list[Freeze]:
    """Those that stand, the next to end first."""
    return await _freezes(session, _STANDING.where(LedgerFreeze.company_id == company_id))


async def standing_freezes(session: ReadSession, *, limit: int) -> list[Freeze]:
    """Of all companies, for staff."""
    return await _freezes(session, _STANDING.limit(limit))


_STANDING: Select[LedgerFreeze, int] = (
    select(LedgerFreeze, LedgerAccount.kind)
    .join(LedgerAccount, LedgerAccount.id == LedgerFreeze.account_id)
    .where(LedgerFreeze.lifted_at.is_(None), LedgerFreeze.ends_at > database_now())
    .order_by(LedgerFreeze.ends_at, LedgerFreeze.id)
)


async def _freezes(session: ReadSession, statement: Select[LedgerFreeze, int]) -> list[Freeze]:
    return [
        Freeze(
            id=one.public_id,
            company_id=one.company_id,
            scope=AccountKind(kind),
            reason=one.reason,
            placed_at=one.placed_at,
            ends_at=one.ends_at,
            by_platform=one.placed_by is None,
        )
        for one, kind in await session.execute(statement)
    ]


_APPEALS: Select[LedgerAppeal, str | None, str | None] = (
    select(LedgerAppeal, LedgerFreeze.public_id, LedgerTransfer.public_id)
    .outerjoin(LedgerFreeze, LedgerFreeze.id == LedgerAppeal.freeze_id)
    .outerjoin(LedgerHold, LedgerHold.id == LedgerAppeal.hold_id)
    .outerjoin(LedgerTransfer, LedgerTransfer.id == LedgerHold.transfer_id)
)


async def appeals_of(session: ReadSession, company_id: int, *, limit: int = 20) -> list[Appeal]:
    """The newest first."""
    mine = _APPEALS.where(LedgerAppeal.company_id == company_id)
    return await _appeals(session, mine.order_by(LedgerAppeal.id.desc()).limit(limit))


async def open_appeals(session: ReadSession, *, limit: int) -> list[Appeal]:
    """Of all companies, the oldest first, for staff."""
    waiting = _APPEALS.where(LedgerAppeal.state == "open")
    return await _appeals(session, waiting.order_by(LedgerAppeal.id).limit(limit))


async def _appeals(
    session: ReadSession, statement: Select[LedgerAppeal, str | None, str | None]
) -> list[Appeal]:
    return [
        Appeal(
            id=one.public_id,
            company_id=one.company_id,
            freeze=freeze,
            transfer=transfer,
            text=one.text,
            filed_at=one.filed_at,
            state=one.state,
            answer=one.answer,
        )
        for one, freeze, transfer in await session.execute(statement)
    ]
