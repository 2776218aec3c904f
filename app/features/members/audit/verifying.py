"""Proving the chain: every entry, from the first to the head, in batches of bounded memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.members.audit.models import AuditEntry, AuditHead
from app.features.members.audit.recording import START, chained

BATCH = 2_000
Problem = Literal["missing", "changed", "unchained", "beyond_head", "head", "export"]
OnBatch = Callable[[int, int], None]
Exported = Mapping[int, str]  # hash of the head that was exported, by its entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken_at` is the first entry that is not as it was written, `problem` what is wrong with it.

    missing: there is no such entry. changed: its content is not what its hash says. unchained: it does not
    follow the one before. beyond_head: the head ends before it. head: the head names another hash. export:
    an exported head names another hash.
    """

    entries: int
    head: str
    broken_at: int | None = None
    problem: Problem | None = None

    @property
    def holds(self) -> bool:
        return self.problem is None


async def verify_chain(
    session: ReadSession,
    *,
    exported: Exported | None = None,
    on_batch: Callable[[int, int], None] | None = None,
) -> Verdict:
    """`exported`: heads kept elsewhere; they tell also when the end of the chain was cut off or rewritten.

    `on_batch` hears how many entries have been looked at, of how many.
    """
    newest = select(func.max(AuditEntry.id)).scalar_subquery().label("newest")
    head = (await session.execute(select(AuditHead.entry_id, AuditHead.hash, newest))).one()
    heads, seen, last = dict(exported or {}), 0, START
    while seen < head.entry_id:
        rows = await _batch(session, after=seen, until=head.entry_id)
        for row in rows:
            problem = _problem_of(row, expected=seen + 1, last=last)
            if problem is None and heads.pop(row.id, row.hash) != row.hash:
                problem = "export"
            if problem is not None:
                return Verdict(seen, head.hash, seen + 1, problem)
            seen, last = row.id, row.hash
        if not rows:
            return Verdict(seen, head.hash, seen + 1, "missing")
        if on_batch is not None:
            on_batch(seen, head.entry_id)
    return _of_the_end(head, seen, last, heads)


async def _batch(session: ReadSession, *, after: int, until: int) -> Any:
    entries = select(*AuditEntry.__table__.c).where(AuditEntry.id > after, AuditEntry.id <= until)
    return (await session.execute(entries.order_by(AuditEntry.id).limit(BATCH))).all()


def _problem_of(row: Any, *, expected: int, last: str) -> Problem | None:
    if row.id != expected:
        return "missing"
    if row.hash != chained(row._mapping):
        return "changed"
    return "unchained" if row.previous != last else None


def _of_the_end(head: Any, seen: int, last: str, left: Mapping[int, str]) -> Verdict:
    if head.hash != last:
        return Verdict(seen, head.hash, seen, "head")
    if (head.newest or 0) > seen:
        return Verdict(seen, head.hash, seen + 1, "beyond_head")
    lost = min((entry for entry, hash_ in left.items() if (entry, hash_) != (0, START)), default=None)
    if lost is not None:  # exported once, and no longer there
        return Verdict(seen, head.hash, lost, "missing")
    return Verdict(seen, head.hash)
