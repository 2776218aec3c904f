"""Finding one transfer by its public id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db.engine import ReadSession, WriteSession
from app.features.ledger.kinds import TransferKind
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.posting.moves import Leg
from app.features.ledger.posting.requests import Cause
from app.features.ledger.posting.transfers import legs_of
from app.kit.errors import NotFound
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class FoundTransfer:
    """A posted transfer. It never changes, so no lock is needed to rely on it."""

    id: int
    public_id: str
    kind: TransferKind
    cause: Cause
    content: dict[str, Any]
    scope: str
    key: str
    created_at: datetime
    legs: tuple[Leg, ...]


async def transfer_named(
    session: ReadSession | WriteSession, public_id: str, *, kind: TransferKind | None = None
) -> FoundTransfer:
    """The posted transfer of this public id, of this kind where one is named. Raises NotFound.

    For rooms and staff that may know it; what a company may see comes from its statement.
    """
    statement = select(LedgerTransfer).where(
        LedgerTransfer.public_id == public_id, LedgerTransfer.state == "posted"
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None or (kind is not None and row.kind != kind):
        raise NotFound(Text(zh="没有这笔转账。", en="There is no such transfer."), field="transfer")
    return FoundTransfer(
        id=row.id,
        public_id=row.public_id,
        kind=TransferKind(row.kind),
        cause=Cause(row.cause_kind, row.cause_id),
        content=row.content,
        scope=row.scope,
        key=row.idem_key,
        created_at=row.created_at,
        legs=await legs_of(session, row.id),
    )
