"""Seals: what the books were, so that a later change of any sealed row shows. Append-only by trigger."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

_HASH = 64


class LedgerSeal(Base):
    """A Merkle root over some transfers, chained to the seal before."""

    __tablename__ = "ledger_seals"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)  # gapless, from 1
    size: Mapped[int] = mapped_column(Integer)
    root: Mapped[str] = mapped_column(String(_HASH))
    previous: Mapped[str] = mapped_column(String(_HASH))
    chain: Mapped[str] = mapped_column(String(_HASH))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerSealItem(Base):
    """A transfer's place in its seal. `salt` hides, in a proof of one leg, what the other legs say."""

    __tablename__ = "ledger_seal_items"
    __table_args__ = (UniqueConstraint("seal_id", "position"),)

    transfer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("ledger_transfers.id"), primary_key=True, autoincrement=False
    )
    seal_id: Mapped[int] = mapped_column(ForeignKey("ledger_seals.id"))
    position: Mapped[int] = mapped_column(Integer)  # from 0
    leaf: Mapped[str] = mapped_column(String(_HASH))
    salt: Mapped[str] = mapped_column(String(32))
