"""What the calendar asks of the ledger. Each looks whether it is due; doing it twice changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import structlog

from app.db.engine import Database, ReadSession
from app.features.ledger.actions.bonuses import expire_bonus, expired_bonuses
from app.features.ledger.actions.releasing import companies_due, release_due
from app.features.ledger.actions.sweeping import sweep_revenue, was_swept
from app.features.ledger.checking import take_checkpoint
from app.features.ledger.checking.keeping import check_and_keep, newest_check
from app.features.ledger.checking.report import Auditor, Report
from app.features.ledger.errors import PostingRefused
from app.features.ledger.posting.requests import Posted
from app.features.ledger.posting.running import run_posting
from app.kit import clock

_AT_ONCE = 500

log = structlog.get_logger()


async def release_what_is_due(database: Database) -> int:
    """Release every hold whose time is over; returns how many batches."""
    batches = 0
    for company_id in await _asked(database, lambda session: companies_due(session, limit=_AT_ONCE)):
        while await _done(database, partial(release_due, company_id=company_id)):
            batches += 1
    return batches


async def expire_what_is_over(database: Database) -> int:
    """Take back bonuses whose time is over; returns how many."""
    due = await _asked(database, lambda session: expired_bonuses(session, limit=_AT_ONCE))
    taken = [await _done(database, partial(expire_bonus, bonus_id=bonus_id)) for bonus_id in due]
    return taken.count(True)


async def sweep(database: Database, day: date) -> None:
    """Collect the fees there are, once a day."""
    if not await _asked(database, lambda session: was_swept(session, day)):
        await _done(database, partial(sweep_revenue, day=day))


async def check_nightly(database: Database, *, auditors: Sequence[Auditor] = ()) -> None:
    """Once a day, unless the books were checked in full today."""
    last = await _asked(database, partial(newest_check, extent="full"))
    if last is None or last.as_of.date() != clock.today():
        await check_in_full(database, auditors=auditors)


async def check_in_full(database: Database, *, auditors: Sequence[Auditor] = ()) -> Report:
    """Check the books, keep the result, and take the next checkpoint of clean books."""
    report = await check_and_keep(database, auditors=auditors)
    if report.is_clean:
        await run_posting(database, take_checkpoint)
    else:
        wrong = [finding for finding in report.findings if not finding.is_late]
        log.error("ledger_check_failed", findings=len(wrong), first=wrong[0].subject)
    return report


async def _done(database: Database, verb: Callable[..., Awaitable[Posted | None]]) -> bool:
    """Run one posting. One that is refused (an account was closed, say) must not stop the others."""
    try:
        return await run_posting(database, lambda session: verb(session)) is not None
    except PostingRefused as refusal:
        log.error("ledger_calendar_refused", reason=refusal.reason)
        return False


async def _asked(database: Database, question: Callable[[ReadSession], Awaitable[Any]]) -> Any:
    async with database.reading() as session:
        return await question(session)
