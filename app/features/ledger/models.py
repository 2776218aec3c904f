"""The books: accounts, transfers and their entries. What stands beside them is in `side_models`."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import ONLY_ON, Base, BigKey, UtcDateTime
from app.features.ledger.kinds import FULL_REVERSALS

MAX_BALANCE = 9 * 10**15  # below 2**53: every value survives JSON in a browser
KEY_LENGTH = 100
SCOPE_LENGTH = 60
CAUSE_KIND_LENGTH = 30
CAUSE_ID_LENGTH = 64
PUBLIC_ID_LENGTH = 22
_BALANCE = f"balance BETWEEN -{MAX_BALANCE} AND {MAX_BALANCE}"
_AMOUNT = "amount <> 0 AND amount BETWEEN -1000000000000 AND 1000000000000"
_ONCE = text(
    f"state = 'posted' AND kind IN ({', '.join(str(int(kind)) for kind in FULL_REVERSALS)})"
    " AND reverses_id IS NOT NULL"
)
_REVERSING = text("reverses_id IS NOT NULL")


class LedgerAccount(Base):
    """One balance. `balance` and `seq` change with each entry, in its transaction, and nowhere else.

    `owner_id` is the company, 0 for the platform: NULLs would never collide in the UNIQUE.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "owner_id", "asset", "shard"),
        CheckConstraint("owner_id = coalesce(company_id, 0)", name="owner"),
        CheckConstraint("floor IS NULL OR balance >= floor", name="floor"),
        CheckConstraint("ceiling IS NULL OR balance <= ceiling", name="ceiling"),
        CheckConstraint(_BALANCE, name="balance"),
        CheckConstraint("seq >= 0", name="seq"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)  # ascending: the order of locks
    kind: Mapped[int] = mapped_column(SmallInteger)
    owner_id: Mapped[int] = mapped_column(BigInteger, default=0)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    asset: Mapped[str] = mapped_column(String(8))
    shard: Mapped[int] = mapped_column(SmallInteger, default=0)
    floor: Mapped[int | None] = mapped_column(BigInteger)
    ceiling: Mapped[int | None] = mapped_column(BigInteger)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)  # entries so far, without gaps
    frozen_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerTransfer(Base):
    """The outcome of one request under its key, posted or rejected. Append-only by trigger.

    Ids are handed out before the accounts are locked: id order is not the order of an account's entries.
    """

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        UniqueConstraint("scope", "idem_key"),
        CheckConstraint("state IN ('posted', 'rejected')", name="state"),
        CheckConstraint("(state = 'rejected') = (reason IS NOT NULL)", name="reason"),
        Index("uq_ledger_transfers_reversed_once", "reverses_id", unique=True,
              sqlite_where=_ONCE, postgresql_where=_ONCE),
        Index("ix_ledger_transfers_reverses_id", "reverses_id",
              sqlite_where=_REVERSING, postgresql_where=_REVERSING),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    scope: Mapped[str] = mapped_column(String(SCOPE_LENGTH))  # whose keys: "company:7", "provider:x"
    idem_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    request_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))  # of a rejection, for programs
    refusal: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))  # what was answered
    kind: Mapped[int] = mapped_column(SmallInteger)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transfers.id"))
    cause_kind: Mapped[str] = mapped_column(String(CAUSE_KIND_LENGTH))
    cause_id: Mapped[str] = mapped_column(String(CAUSE_ID_LENGTH))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)  # member or staff; none: the platform itself
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # what was asked for
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the database's clock
    # PostgreSQL: the transaction that wrote it, so that a seal knows whether an older one may still come.
    xact: Mapped[int | None] = mapped_column(BigInteger)


class LedgerEntry(Base):
    """One leg: what it did to one account. Append-only by trigger."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("account_id", "account_seq"),
        CheckConstraint(_AMOUNT, name="amount"),
        CheckConstraint("account_seq >= 1 AND leg >= 1", name="numbers"),
        # On PostgreSQL the trigger that balances transfers looks once for all legs.
        ForeignKeyConstraint(["transfer_id"], ["ledger_transfers.id"], info={ONLY_ON: "sqlite"}),
        ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"], info={ONLY_ON: "sqlite"}),
    )

    transfer_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    leg: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigKey)
    account_seq: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    balance_after: Mapped[int] = mapped_column(BigInteger)
