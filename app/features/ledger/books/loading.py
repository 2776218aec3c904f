"""The public numbers of the books, and the judgement on a proof, for both faces."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.engine import Database, ReadSession
from app.features.ledger.checking.keeping import newest_check
from app.features.ledger.sealing.proving import Proven, chain_stored, check_proof, newest_seal
from app.kit.amount import Amount, asset_named
from app.kit.errors import Invalid
from app.kit.text import Text

MAX_PROOF = 50_000  # characters


@dataclass(frozen=True, slots=True)
class PublicBooks:
    """The newest check. `outstanding`: what companies hold, by asset."""

    as_of: datetime
    is_clean: bool
    transfers: int
    entries: int
    accounts: int
    outstanding: tuple[Amount, ...]
    checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicSeal:
    id: int
    chain: str
    sealed_at: datetime


async def public_books(session: ReadSession) -> PublicBooks | None:
    """None: nothing has been checked yet."""
    check = await newest_check(session)
    if check is None:
        return None
    report = check.report
    return PublicBooks(
        as_of=check.as_of,
        is_clean=check.is_clean,
        transfers=int(report["transfers"]),
        entries=int(report["entries"]),
        accounts=int(report["accounts"]),
        outstanding=tuple(
            Amount(asset_named(asset), int(minor)) for asset, minor in report["outstanding"].items()
        ),
        checked=tuple(report["checked"]),
    )


async def public_seal(session: ReadSession) -> PublicSeal | None:
    seal = await newest_seal(session)
    return PublicSeal(seal.id, seal.chain, seal.sealed_at) if seal is not None else None


async def judge(database: Database, proof: Any) -> Proven:
    """What a proof shows. Raises Invalid: no proof, a wrong one, or one of seals that are not ours."""
    proven = check_proof(proof)
    async with database.reading() as session:
        stored = await chain_stored(session, proven.seal)
    if stored != proven.chain:
        raise Invalid(
            Text(
                zh="证明自身成立，但这个链值不是本平台公布的封存。",
                en="The proof is right in itself, but its chain value is not of a seal of this platform.",
            ),
            field="proof",
        )
    return proven


def proof_in(typed: str) -> Any:
    """The JSON that somebody pasted. Raises Invalid."""
    if len(typed) > MAX_PROOF:
        raise Invalid(
            Text(zh=f"证明最多 {MAX_PROOF:,} 个字符。", en=f"A proof has at most {MAX_PROOF:,} characters."),
            field="proof",
        )
    try:
        return json.loads(typed)
    except (ValueError, RecursionError):
        return None
