"""The weekly count of followers: of verified companies alone, once a week, only what may be told.

A live count would tell the one who watches it when somebody else begins to follow, and companies that
nobody has verified cost nothing: with four of one's own, the fifth would be a rival's.
"""

from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.follows.models import Follow, FollowCount, FollowCountWeek
from app.features.members.models import Company, Person
from app.kit import clock
from app.kit.aggregates import LEAST_COMPANIES, told_companies

_ROWS_AT_ONCE = 1_000


async def count_week(database: Database) -> bool:
    """Count, unless this week was counted; returns whether it did. For the worker, as the system."""
    week = monday_of(clock.today())
    async with database.reading() as session:
        if await session.get(FollowCountWeek, week) is not None:
            return False

    async def work(session: WriteSession) -> None:
        await session.execute(insert(FollowCountWeek).values(week=week))
        await _count(session)

    try:
        await run_write(database, work)
    except IntegrityError:  # another worker counts
        return False
    return True


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


async def _count(session: WriteSession) -> None:
    companies = func.count(Follow.company_id.distinct())
    counted = (
        select(Follow.kind, Follow.subject, companies)
        .join(Company, Company.id == Follow.company_id)
        .join(Person, Person.id == Follow.person_id)
        .where(Company.verification == "verified", Company.state == "active", Person.state == "active")
        .group_by(Follow.kind, Follow.subject)
        .having(companies >= LEAST_COMPANIES)
    )
    rows = [
        {"kind": kind, "subject": subject, "companies": told_companies(number)}
        for kind, subject, number in await session.execute(counted)
    ]
    await session.execute(delete(FollowCount))
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        await session.execute(insert(FollowCount), rows[start : start + _ROWS_AT_ONCE])
