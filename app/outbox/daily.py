"""Work to be done once a day, an hour or a minute, by the clock of the worker. Each piece converges, as
handlers do: every worker does it, after each start as well, and the second time changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta

import structlog

from app.kit import clock

Chore = Callable[[date], Awaitable[None]]
TRIED_AGAIN = timedelta(minutes=10)

log = structlog.get_logger()


class Daily:
    """The chores of one worker."""

    def __init__(
        self,
        chores: Mapping[str, Chore],
        *,
        hourly: Mapping[str, Chore] | None = None,
        minutely: Mapping[str, Chore] | None = None,
    ) -> None:
        self._daily, self._hourly, self._minutely = chores, hourly or {}, minutely or {}
        self._done: dict[str, datetime] = {}
        self._not_before: dict[str, datetime] = {}

    async def run_due(self) -> None:
        """What has not been done today, this hour or this minute; one that fails is tried again later and
        keeps none waiting."""
        now = clock.now()
        minute = now.replace(second=0, microsecond=0)
        hour = minute.replace(minute=0)
        await self._run(self._minutely, now, minute)
        await self._run(self._hourly, now, hour)
        await self._run(self._daily, now, hour.replace(hour=0))

    async def _run(self, chores: Mapping[str, Chore], now: datetime, period: datetime) -> None:
        for name, chore in chores.items():
            if self._done.get(name) == period or self._not_before.get(name, now) > now:
                continue
            try:
                await chore(now.date())
            except Exception as error:  # whatever it is, the others and the jobs go on
                log.warning("daily_chore_failed", chore=name, error=type(error).__name__)
                self._not_before[name] = now + TRIED_AGAIN
            else:
                self._done[name] = period
