"""What stands beside the books: holds, freezes, appeals, bonuses, payouts, deposits, proposals, checkpoints.

Their sums must agree with the balances of the accounts they explain; `topctl ledger check` proves it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.ledger.models import CAUSE_ID_LENGTH, PUBLIC_ID_LENGTH

MAX_HOLD_DAYS = 30
REASON_LENGTH = 500
_UNDER_WAY = text("state IN ('requested', 'sent')")
_OPEN = text("state = 'open'")
_NOT_DONE = text("state <> 'done'")
_HELD = text("state = 'held'")
_LIVE = text("remaining > 0")


class LedgerHold(Base):
    """Earnings of one sale that wait: returned to the buyer on refund, released to the author at the end.

    `returned` came back out of the hold; `refunded` counts that and what was taken back after the release.
    """

    __tablename__ = "ledger_holds"
    __table_args__ = (
        UniqueConstraint("transfer_id", "account_id"),
        CheckConstraint("released >= 0 AND returned >= 0 AND released + returned <= amount", name="amounts"),
        CheckConstraint("refunded >= returned AND refunded <= amount", name="refunded"),
        CheckConstraint("state IN ('open', 'disputed', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (released + returned = amount)", name="done"),
        CheckConstraint(f"days BETWEEN 0 AND {MAX_HOLD_DAYS}", name="days"),
        Index("ix_ledger_holds_due", "release_at", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        Index("ix_ledger_holds_account", "account_id", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("ledger_transfers.id"))  # the scope: this sale
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    released: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    days: Mapped[int] = mapped_column(SmallInteger)
    release_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the end, of a dispute too
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))  # shown to the author


class LedgerFreeze(Base):
    """An account that may not spend for a while. It ends by itself: the account knows until when."""

    __tablename__ = "ledger_freezes"
    __table_args__ = (CheckConstraint(f"days BETWEEN 1 AND {MAX_HOLD_DAYS}", name="days"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), index=True)  # the scope
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    days: Mapped[int] = mapped_column(SmallInteger)
    placed_by: Mapped[int | None] = mapped_column(BigInteger)  # none: the platform, on a chargeback
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_by: Mapped[int | None] = mapped_column(BigInteger)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerAppeal(Base):
    """A company's objection to a hold or a freeze; somebody else than who placed it decides."""

    __tablename__ = "ledger_appeals"
    __table_args__ = (
        CheckConstraint("(hold_id IS NULL) <> (freeze_id IS NULL)", name="subject"),
        CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index("uq_ledger_appeals_hold", "hold_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "uq_ledger_appeals_freeze", "freeze_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_holds.id"))
    freeze_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_freezes.id"))
    text: Mapped[str] = mapped_column(String(2 * REASON_LENGTH))
    filed_by: Mapped[int] = mapped_column(BigInteger)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerBonus(Base):
    """Bonus credits of one occasion. `remaining` of all of an account's add up to its balance."""

    __tablename__ = "ledger_bonuses"
    __table_args__ = (
        CheckConstraint("remaining >= 0 AND remaining <= amount", name="remaining"),
        Index(
            "ix_ledger_bonuses_live", "account_id", "expires_at", sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        Index("ix_ledger_bonuses_expires_at", "expires_at", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("ledger_transfers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    remaining: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerPayout(Base):
    """Earnings on their way out. One under way for each company."""

    __tablename__ = "ledger_payouts"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'sent', 'settled', 'failed')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("doubt IN ('unanswered', 'unknown', 'unreadable', 'contradicts')", name="doubt"),
        Index(
            "uq_ledger_payouts_under_way",
            "company_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    asset: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    provider: Mapped[str | None] = mapped_column(String(20))  # who was asked to pay; "by_hand": staff
    provider_ref: Mapped[str | None] = mapped_column(String(CAUSE_ID_LENGTH))
    failure: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    requested_by: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the provider last was
    doubt: Mapped[str | None] = mapped_column(
        String(12)
    )  # why its last answer does not tell what became of it
    proposal: Mapped[str | None] = mapped_column(
        String(PUBLIC_ID_LENGTH)
    )  # by which two people end the doubt


class LedgerDeposit(Base):
    """A membership deposit. One held for each company and asset."""

    __tablename__ = "ledger_deposits"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'returned', 'forfeited')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        Index(
            "uq_ledger_deposits_held",
            "company_id",
            "asset",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    asset: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))  # of the end
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerProposal(Base):
    """What takes two people: a correction, a larger bonus budget, a top-up by hand, a payout in doubt."""

    __tablename__ = "ledger_proposals"
    __table_args__ = (
        CheckConstraint("kind IN ('correction', 'budget', 'top_up', 'goodwill', 'payout')", name="kind"),
        CheckConstraint("state IN ('open', 'approved', 'refused')", name="state"),
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    state: Mapped[str] = mapped_column(String(10), index=True)
    proposed_by: Mapped[int] = mapped_column(BigInteger)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerCheckpoint(Base):
    """What an account's balance was after so many entries: every later check must still find it so."""

    __tablename__ = "ledger_checkpoints"

    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    account_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
