"""What is due and not done: no violation, but somebody has to look."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.ledger.checking.report import Finding
from app.features.ledger.side_models import LedgerHold, LedgerPayout
from app.kit.text import Text
from app.outbox.claimer import backlog_of

_GRACE = timedelta(hours=1)
_RULES: Mapping[str, Text] = {
    "holds": Text(zh="到期的收益在一小时内结算", en="earnings are released within an hour of their date"),
    "payouts": Text(
        zh="发出的提现在一小时内有结果", en="a payout that was sent has an outcome within an hour"
    ),
    "outbox": Text(zh="后台任务在一小时内完成", en="background work is done within an hour"),
}


async def late_work(session: ReadSession, now: datetime) -> list[Finding]:
    holds = select(func.count()).where(LedgerHold.state != "done", LedgerHold.release_at < now - _GRACE)
    payouts = select(func.count()).where(LedgerPayout.state == "sent", LedgerPayout.changed_at < now - _GRACE)
    backlog = await backlog_of(session)
    late = {
        "holds": await session.scalar(holds) or 0,
        "payouts": await session.scalar(payouts) or 0,
        "outbox": backlog.waiting if timedelta(seconds=backlog.lag_seconds) > _GRACE else 0,
    }
    return [
        Finding("late", _RULES[what], what, str(many), is_late=True) for what, many in late.items() if many
    ]
