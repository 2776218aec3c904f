"""Chores of the day: once a day each, and one that fails is tried again without holding up the others."""

from datetime import UTC, date, datetime, timedelta

import time_machine

from app.outbox.daily import TRIED_AGAIN, Daily

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


async def test_a_chore_is_done_once_a_day() -> None:
    done: list[date] = []

    async def chore(day: date) -> None:
        done.append(day)

    daily = Daily({"chore": chore})
    with time_machine.travel(NOON, tick=False) as travel:
        await daily.run_due()
        await daily.run_due()
        travel.move_to(NOON + timedelta(days=1))
        await daily.run_due()
    assert done == [NOON.date(), NOON.date() + timedelta(days=1)]


async def test_a_chore_that_fails_is_tried_again_and_keeps_none_waiting() -> None:
    tries: list[str] = []

    async def failing(day: date) -> None:
        tries.append("failing")
        if len(tries) < 3:
            raise OSError

    async def other(day: date) -> None:
        tries.append("other")

    daily = Daily({"failing": failing, "other": other})
    with time_machine.travel(NOON, tick=False) as travel:
        await daily.run_due()
        await daily.run_due()
        assert tries == ["failing", "other"]
        travel.move_to(NOON + TRIED_AGAIN)
        await daily.run_due()
        await daily.run_due()
    assert tries == ["failing", "other", "failing"]
