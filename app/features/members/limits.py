"""Limits that hold across processes and restarts, counted in the database: for what guessing could break.

`spend` before the attempt, in a transaction of its own (`run_write(database, lambda s: spend(s, ...))`), so
that it counts even when the attempt fails; where the counters cannot be reached, the attempt is refused as
well. Only attempts are held back: nobody's open sessions end by it.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import WriteSession
from app.features.members.signing_in.models import Counter
from app.kit import clock
from app.kit.errors import LimitReached
from app.kit.text import Text

_SWEPT_AT_ONCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a span that begins with the first of them."""

    times: int
    window: timedelta


async def spend(session: WriteSession, key: str, limit: int, window: timedelta) -> None:
    """Count one more of `key`. Raises LimitReached, with the time to wait, if there were `limit` before."""
    now, seconds = clock.now(), int(window.total_seconds())
    await session.execute(delete(Counter).where(Counter.ends_at < now - _SWEPT_AT_ONCE))
    is_over = Counter.ends_at <= now
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    counted: Any = dialect.insert(Counter).values(
        key=_digest(key), seconds=seconds, count=1, ends_at=now + window
    )
    counted = counted.on_conflict_do_update(
        index_elements=[Counter.key, Counter.seconds],
        set_={
            "count": case((is_over, 1), else_=Counter.count + 1),
            "ends_at": case((is_over, now + window), else_=Counter.ends_at),
        },
    ).returning(Counter.count, Counter.ends_at)
    count, ends_at = (await session.execute(counted)).one()
    if count > limit:
        raise _too_many(math.ceil((ends_at - now).total_seconds()))


async def spend_all(session: WriteSession, key: str, limits: tuple[Limit, ...]) -> None:
    """Several spans for the same key: five a minute, say, and fifty a day."""
    for one in limits:
        await spend(session, key, one.times, one.window)


async def give_back(session: WriteSession, key: str, window: timedelta) -> None:
    """For an attempt that turned out to be right: only wrong ones count."""
    same = (Counter.key == _digest(key), Counter.seconds == int(window.total_seconds()), Counter.count > 0)
    await session.execute(update(Counter).where(*same).values(count=Counter.count - 1))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _too_many(wait: int) -> LimitReached:
    minutes = math.ceil(wait / 60)
    zh, en = (
        (f"{math.ceil(minutes / 60)} 小时", f"{math.ceil(minutes / 60)} hours")
        if minutes > 90
        else (f"{minutes} 分钟", f"{minutes} minutes")
    )
    return LimitReached(
        Text(
            zh=f"试的次数太多了，请在 {zh}后再试。已登录的设备不受影响。",
            en=f"Too many attempts. Please try again in {en}. Devices that are signed in are not affected.",
        ),
        retry_after=max(1, wait),
    )
