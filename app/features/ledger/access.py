"""What of the books a member may see: what touches an account of the own company. Nothing else loads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.db.engine import ReadSession, WriteSession
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.posting.requests import Cause
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import Amount, Asset, asset_named
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class OwnLeg:
    leg: int
    account: AccountKind
    amount: Amount
    balance_after: Amount


@dataclass(frozen=True, slots=True)
class OwnTransfer:
    """A transfer, as far as it concerns the viewer's company: of the others' legs nothing is told."""

    id: int
    public_id: str
    kind: TransferKind
    cause: Cause
    at: datetime
    reverses: str | None  # public id
    legs: tuple[OwnLeg, ...]


def visible_accounts(viewer: Viewer) -> ColumnElement[bool]:
    """As a filter of `ledger_accounts`; for anybody but a member it holds for no row."""
    return LedgerAccount.company_id == viewer.company_id


async def access_transfer(session: ReadSession, viewer: Viewer, public_id: str) -> OwnTransfer:
    """Raises NotFound, alike for one that is missing and for one of other companies."""
    statement = (
        select(LedgerTransfer, LedgerEntry, LedgerAccount.kind, LedgerAccount.asset)
        .join(LedgerEntry, LedgerEntry.transfer_id == LedgerTransfer.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerTransfer.public_id == public_id, visible_accounts(viewer))
        .order_by(LedgerEntry.leg)
    )
    rows = (await session.execute(statement)).all()
    if not rows:
        raise NotFound(
            Text(zh="钱包里没有这笔记录。", en="There is no such line in your wallet."), field="transfer"
        )
    transfer: LedgerTransfer = rows[0][0]
    reversed_one = select(LedgerTransfer.public_id).where(LedgerTransfer.id == transfer.reverses_id)
    return OwnTransfer(
        id=transfer.id,
        public_id=transfer.public_id,
        kind=TransferKind(transfer.kind),
        cause=Cause(transfer.cause_kind, transfer.cause_id),
        at=transfer.created_at,
        reverses=await session.scalar(reversed_one) if transfer.reverses_id else None,
        legs=tuple(_leg(entry, AccountKind(kind), asset_named(asset)) for _, entry, kind, asset in rows),
    )


def _leg(entry: LedgerEntry, account: AccountKind, asset: Asset) -> OwnLeg:
    return OwnLeg(entry.leg, account, Amount(asset, entry.amount), Amount(asset, entry.balance_after))


async def access_hold(session: WriteSession, viewer: Viewer, transfer: str) -> int:
    """The id of what waits of a sale to the viewer's company. Raises NotFound."""
    found: int | None = await session.scalar(
        select(LedgerHold.id)
        .join(LedgerTransfer, LedgerTransfer.id == LedgerHold.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(LedgerTransfer.public_id == transfer, LedgerHold.state != "done", visible_accounts(viewer))
    )
    if found is None:
        raise NotFound(
            Text(zh="没有这笔待结算收益。", en="There are no such pending earnings."), field="transfer"
        )
    return found
