"""Proofs that a line was in the books when they were sealed: made here, and checked by anybody.

A proof is plain JSON. Checking needs nothing but SHA-256: `docs/decisions/ledger.md` says how.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerEntry, LedgerTransfer
from app.features.ledger.seal_models import LedgerSeal, LedgerSealItem
from app.features.ledger.sealing.leaves import leaf_of_parts, part_salt, salted
from app.features.ledger.sealing.merkle import chain_of, climb, path_to
from app.features.ledger.sealing.reading import transfers_to_seal
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.text import Text

VERSION = 1
MAX_LEGS, MAX_PATH, MAX_SEAL = 32, 64, 2**31


@dataclass(frozen=True, slots=True)
class ShownLeg:
    account: AccountKind
    owner: str
    asset: str
    amount: int
    balance_after: int


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows once its hashes have been found right. Whether the seal is ours is not in it."""

    transfer: str
    kind: TransferKind
    at: str
    legs: tuple[ShownLeg, ...]
    seal: int
    chain: str


class Tampered(Conflict):
    """The books no longer say what was sealed: there is nothing to prove, and somebody has to look."""


async def legs_to_prove(session: AsyncSession, public_id: str) -> tuple[int, list[int]]:
    """The id of a transfer, posted or refused, and its legs; of a row that was tampered with as well.

    For operators. Raises NotFound.
    """
    transfer_id = await session.scalar(select(LedgerTransfer.id).where(LedgerTransfer.public_id == public_id))
    if transfer_id is None:
        raise NotFound(Text(zh="没有这笔转账。", en="There is no such transfer."), field="transfer")
    legs = select(LedgerEntry.leg).where(LedgerEntry.transfer_id == transfer_id).order_by(LedgerEntry.leg)
    return transfer_id, list(await session.scalars(legs))


async def prove(session: AsyncSession, transfer_id: int, legs: Sequence[int]) -> dict[str, Any]:
    """A proof that shows these legs of a transfer; whoever checks it finds it right.

    Raises Conflict (it is not sealed yet) and Tampered.
    """
    item = (
        await session.execute(select(LedgerSealItem).where(LedgerSealItem.transfer_id == transfer_id))
    ).scalar_one_or_none()
    if item is None:
        raise Conflict(
            Text(
                zh="这笔转账还没有封存。封存每分钟进行一次，请稍后再试。",
                en="This transfer is not sealed yet. That happens every minute; please try again soon.",
            ),
            field="transfer",
        )
    seal = (await session.execute(select(LedgerSeal).where(LedgerSeal.id == item.seal_id))).scalar_one()
    leaves = list(
        await session.scalars(
            select(LedgerSealItem.leaf)
            .where(LedgerSealItem.seal_id == seal.id)
            .order_by(LedgerSealItem.position)
        )
    )
    transfer = (await transfers_to_seal(session, [transfer_id]))[transfer_id]
    if leaves[item.position : item.position + 1] != [item.leaf]:  # rows of the seal are gone
        raise _fails(transfer.public_id, seal.id, of_seal=True)
    hashes = transfer.hashes(item.salt)
    proof = {
        "version": VERSION,
        "head": transfer.head(),
        "hidden": transfer.hidden(item.salt),
        "legs": [
            {"salt": part_salt(item.salt, one.leg), "told": one.told()} if one.leg in legs else hash_
            for one, hash_ in zip(transfer.legs, hashes, strict=True)
        ],
        "path": [list(step) for step in path_to(leaves, item.position)],
        "seal": {
            "id": seal.id,
            "size": seal.size,
            "root": seal.root,
            "previous": seal.previous,
            "chain": seal.chain,
        },
    }
    _refuse_what_fails(proof, transfer.public_id, is_same=transfer.leaf(item.salt) == item.leaf)
    return proof


def _refuse_what_fails(proof: Mapping[str, Any], transfer: str, *, is_same: bool) -> None:
    """Nobody is handed a proof that the next page calls false."""
    if not is_same:
        raise _fails(transfer, proof["seal"]["id"], of_seal=False)
    try:
        check_proof(proof)
    except Invalid:
        raise _fails(transfer, proof["seal"]["id"], of_seal=True) from None


def _fails(transfer: str, seal: int, *, of_seal: bool) -> Tampered:
    changed = Text(
        zh=f"转账 {transfer} 在封存之后被改动过，无法证明。请马上告诉平台财务。",
        en=f"Transfer {transfer} was changed after it was sealed: it cannot be proven. Please tell finance "
        "staff at once.",
    )
    resealed = Text(
        zh=f"转账 {transfer} 所在的第 {seal} 号封存被改动过，无法证明。请马上告诉平台财务。",
        en=f"Seal {seal}, which holds transfer {transfer}, was changed: it cannot be proven. Please tell "
        "finance staff at once.",
    )
    return Tampered(resealed if of_seal else changed, field="transfer")


def check_proof(proof: Any) -> Proven:
    """What the proof shows, if every hash in it is right. Raises Invalid saying which is not."""
    try:
        return _checked(proof)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError):
        raise _not_a_proof() from None


def _checked(proof: Mapping[str, Any]) -> Proven:
    legs, path, seal = proof["legs"], proof["path"], proof["seal"]
    too_long = len(legs) > MAX_LEGS or len(path) > MAX_PATH
    if proof["version"] != VERSION or too_long or not 1 <= int(seal["id"]) <= MAX_SEAL:
        raise _not_a_proof()
    shown = [one["told"] for one in legs if isinstance(one, dict)]
    hashes = [salted(one["salt"], one["told"]) if isinstance(one, dict) else str(one) for one in legs]
    leaf = leaf_of_parts(proof["head"], proof["hidden"], hashes)
    if climb(leaf, [(str(side), str(other)) for side, other in path]) != seal["root"]:
        raise Invalid(
            Text(
                zh="证明不成立：内容与封存的根对不上。内容被改过，或不属于这个封存。",
                en="The proof fails: its content does not lead to the root of the seal. It was changed, or "
                "belongs to another seal.",
            ),
            field="proof",
        )
    if chain_of(seal["previous"], seal["id"], seal["root"], seal["size"]) != seal["chain"]:
        raise Invalid(
            Text(
                zh="证明不成立：链值与封存对不上。", en="The proof fails: the chain value is not the seal's."
            ),
            field="proof",
        )
    head = proof["head"]
    return Proven(
        transfer=str(head[0]),
        kind=TransferKind[str(head[1]).upper()],
        at=str(head[3]),
        legs=tuple(_leg(told) for told in shown),
        seal=int(seal["id"]),
        chain=str(seal["chain"]),
    )


def _leg(told: Sequence[Any]) -> ShownLeg:
    _, account, owner, asset, _, _, amount, balance_after = told
    return ShownLeg(
        AccountKind[str(account).upper()], str(owner), str(asset), int(amount), int(balance_after)
    )


def _not_a_proof() -> Invalid:
    return Invalid(
        Text(
            zh="这不是一份证明。请完整粘贴从钱包下载的 JSON。",
            en="This is no proof. Paste the whole JSON as you downloaded it from the wallet.",
        ),
        field="proof",
    )


async def chain_stored(session: AsyncSession, seal: int) -> str | None:
    """The chain value of our own seal of this number."""
    found: str | None = await session.scalar(select(LedgerSeal.chain).where(LedgerSeal.id == seal))
    return found


async def newest_seal(session: AsyncSession) -> LedgerSeal | None:
    found: LedgerSeal | None = await session.scalar(
        select(LedgerSeal).order_by(LedgerSeal.id.desc()).limit(1)
    )
    return found
