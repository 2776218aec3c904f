"""Proving the seals against the rows they were made of: what was changed since is named."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.ledger.checking.report import Auditor, Finding
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.seal_models import LedgerSeal, LedgerSealItem
from app.features.ledger.sealing.leaves import SealedTransfer
from app.features.ledger.sealing.merkle import START, chain_of, root_of
from app.features.ledger.sealing.publishing import published_chains
from app.features.ledger.sealing.reading import transfers_to_seal
from app.kit.text import Text

_ROWS = Text(zh="封存后的转账与分录没有改动", en="sealed transfers and entries are as they were")
_SEALS = Text(zh="封存的根与链接续", en="the seals follow from what they seal, and from each other")
_PUBLISHED = Text(zh="封存与公布过的一致", en="the seals are those that were published")
_LATE = Text(zh="转账在一小时内封存", en="transfers are sealed within the hour")
_SHOWN = 100


def seal_auditor(folder: Path | None) -> Auditor:
    """For `check`: recomputes every seal from the books; `folder` holds what was published."""

    async def audit(session: ReadSession) -> list[Finding]:
        try:
            published = await asyncio.to_thread(published_chains, folder) if folder is not None else {}
        except ValueError as error:  # a finding: it must not keep the rest from being checked
            unreadable = _found(
                _PUBLISHED, f"file {error}", Text(zh="不是公布时的样子", en="is not as it was published")
            )
            return [unreadable, *await audit_seals(session, {})][:_SHOWN]
        return (await audit_seals(session, published))[:_SHOWN]

    return audit


async def audit_seals(session: ReadSession, published: Mapping[int, str]) -> list[Finding]:
    findings: list[Finding] = []
    last, previous, waiting = 0, START, dict(published)
    seals = (await session.scalars(select(LedgerSeal).order_by(LedgerSeal.id))).all()
    for seal in seals:
        findings += await _of_seal(session, seal)
        if seal.id != last + 1 or seal.previous != previous:
            findings.append(
                _found(
                    _SEALS, f"seal {seal.id}", Text(zh="与前一号不相接", en="does not follow the one before")
                )
            )
        if waiting.pop(seal.id, seal.chain) != seal.chain:
            findings.append(
                _found(
                    _PUBLISHED,
                    f"seal {seal.id}",
                    Text(zh="公布的是另一个值", en="another value was published"),
                )
            )
        last, previous = seal.id, seal.chain
    findings += [
        _found(_PUBLISHED, f"seal {one}", Text(zh="公布过，现在没有了", en="was published, and is gone"))
        for one in sorted(waiting)
    ]
    return findings + await _unsealed(session)


async def _of_seal(session: ReadSession, seal: LedgerSeal) -> list[Finding]:
    items = (
        await session.execute(
            select(
                LedgerSealItem.transfer_id, LedgerSealItem.position, LedgerSealItem.leaf, LedgerSealItem.salt
            )
            .where(LedgerSealItem.seal_id == seal.id)
            .order_by(LedgerSealItem.position)
        )
    ).all()
    found = await transfers_to_seal(session, [item.transfer_id for item in items])
    findings = [
        _found(_ROWS, f"transfer {transfer_id}", problem) for transfer_id, problem in _changed(items, found)
    ]
    leaves = [item.leaf for item in items]
    complete = len(leaves) == seal.size and [item.position for item in items] == list(range(seal.size))
    if not complete or root_of(leaves) != seal.root:
        findings.append(
            _found(
                _SEALS,
                f"seal {seal.id}",
                Text(
                    zh=f"有 {seal.size} 条中的 {len(leaves)} 条，或是别的",
                    en=f"holds {len(leaves)} of {seal.size}, or others",
                ),
            )
        )
    if seal.chain != chain_of(seal.previous, seal.id, seal.root, seal.size):
        findings.append(
            _found(_SEALS, f"seal {seal.id}", Text(zh="链值不同", en="the chain value is another"))
        )
    return findings


def _found(rule: Text, subject: str, words: Text) -> Finding:
    return Finding.worded("seal", rule, subject, words)


def _changed(items: Any, found: Mapping[int, SealedTransfer]) -> Iterator[tuple[int, Text]]:
    for item in items:
        transfer = found.get(item.transfer_id)
        if transfer is None:
            yield item.transfer_id, Text(zh="没有了", en="is gone")
        elif transfer.leaf(item.salt) != item.leaf:
            words = Text(
                zh=f"封存后被改动；编号 {transfer.public_id}",
                en=f"was changed after seal; public id {transfer.public_id}",
            )
            yield item.transfer_id, words


async def _unsealed(session: ReadSession) -> list[Finding]:
    newest = select(func.max(LedgerSealItem.transfer_id)).scalar_subquery()
    late = (
        select(func.count())
        .select_from(LedgerTransfer)
        .outerjoin(LedgerSealItem, LedgerSealItem.transfer_id == LedgerTransfer.id)
        .where(LedgerSealItem.transfer_id.is_(None), LedgerTransfer.id < newest)
    )
    many = await session.scalar(late) or 0
    if not many:
        return []
    return [Finding("late", _LATE, "seals", str(many), is_late=True)]
