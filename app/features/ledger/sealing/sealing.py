"""Making seals: the worker takes what is not sealed yet and cannot be preceded by anything any more."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.now import database_now
from app.db.writing import run_write
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.seal_models import LedgerSeal, LedgerSealItem
from app.features.ledger.sealing.merkle import START, chain_of, root_of
from app.features.ledger.sealing.reading import transfers_to_seal

MAX_SIZE = 1_000  # transfers of one seal
# Ids are handed out before a transaction commits: so far below the newest sealed one a late one is looked
# for. What came later still is found by the check, and sealed by `topctl ledger seal --all`.
_LOOKED_BACK = 100_000
_SETTLED = text("xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


async def seal_all(database: Database, *, everything: bool = False) -> int:
    """Seal until nothing is left; returns how many transfers."""
    sealed = 0
    while size := await _seal_once(database, everything=everything):
        sealed += size
    return sealed


async def _seal_once(database: Database, *, everything: bool) -> int:
    try:
        return await run_write(database, lambda session: _seal(session, everything=everything))
    except IntegrityError:  # another worker made the same seal
        return 0


async def _seal(session: WriteSession, *, everything: bool) -> int:
    ids = await _unsealed(session, everything=everything)
    if not ids:
        return 0
    found = await transfers_to_seal(session, ids)
    salts = {one: secrets.token_hex(16) for one in ids}
    leaves = [found[one].leaf(salts[one]) for one in ids]
    last = (
        await session.execute(select(LedgerSeal.id, LedgerSeal.chain).order_by(LedgerSeal.id.desc()).limit(1))
    ).one_or_none()
    seal_id, previous = (last.id + 1, last.chain) if last is not None else (1, START)
    root = root_of(leaves)
    await session.execute(
        insert(LedgerSeal).values(
            id=seal_id,
            size=len(ids),
            root=root,
            previous=previous,
            chain=chain_of(previous, seal_id, root, len(ids)),
            sealed_at=database_now(),
        )
    )
    items = [
        {"transfer_id": one, "seal_id": seal_id, "position": at, "leaf": leaves[at], "salt": salts[one]}
        for at, one in enumerate(ids)
    ]
    await session.execute(insert(LedgerSealItem), items)
    return len(ids)


async def _unsealed(session: WriteSession, *, everything: bool) -> Sequence[int]:
    statement: Any = (
        select(LedgerTransfer.id)
        .outerjoin(LedgerSealItem, LedgerSealItem.transfer_id == LedgerTransfer.id)
        .where(LedgerSealItem.transfer_id.is_(None))
        .order_by(LedgerTransfer.id)
        .limit(MAX_SIZE)
    )
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.where(_SETTLED)
    if not everything:
        newest = await session.scalar(select(func.max(LedgerSealItem.transfer_id))) or 0
        statement = statement.where(LedgerTransfer.id > newest - _LOOKED_BACK)
    return list(await session.scalars(statement))
