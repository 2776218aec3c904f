"""What is due and not done: no violation, but somebody has to look."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.ledger.checking.report import Finding
from app.features.ledger.queries.payouts import payout_counts
from app.features.ledger.side_models import LedgerHold
from app.kit.text import Text
from app.outbox.claimer import backlog_of

_GRACE = timedelta(hours=1)
_RULES: Mapping[str, Text] = {
    "holds": Text(zh="到期的收益在一小时内结算", en="earnings are released within an hour of their date"),
    "payouts": Text(
        zh="发出的提现一天内有结果，有疑问的一小时内弄清",
        en="a payout that was sent has an outcome within a day, one in doubt is cleared within an hour",
    ),
    "outbox": Text(zh="后台任务在一小时内完成", en="background work is done within an hour"),
}


async def late_work(session: ReadSession, now: datetime) -> list[Finding]:
    holds = select(func.count()).where(LedgerHold.state != "done", LedgerHold.release_at < now - _GRACE)
    backlog = await backlog_of(session)
    late = {
        "holds": await session.scalar(holds) or 0,
        "payouts": (await payout_counts(session, now)).stuck,
        "outbox": backlog.waiting if timedelta(seconds=backlog.lag_seconds) > _GRACE else 0,
    }
    return [
        Finding("late", _RULES[what], what, str(many), is_late=True) for what, many in late.items() if many
    ]
