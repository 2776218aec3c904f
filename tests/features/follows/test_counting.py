"""How many companies follow something: weekly, verified companies alone, from five up, rounded down."""

from collections.abc import Sequence

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import insert, select, update

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.follows.actions import follow
from app.features.follows.counting import count_week
from app.features.follows.models import FollowCount
from app.features.members.models import Company
from app.kit.subject import Subject
from tests.people import Known, add_company, add_person, signed_in

NEED = Subject("need", "mlps-l3")


async def followers(
    database: Database, companies: int, *, verified: bool = True, each: int = 1
) -> list[Known]:
    people = []
    for number in range(companies):
        company = await add_company(database, f"公司{number}", verified=verified)
        for _ in range(each):
            one = await add_person(database, "人", company_id=company)
            with acting_as(SYSTEM):
                await run_write(database, lambda session, who=one: follow(session, who.viewer(), [NEED]))
            people.append(one)
    return people


async def counted(database: Database) -> Sequence[tuple[str, str, int]]:
    with acting_as(SYSTEM):
        await count_week(database)
        async with database.reading() as session:
            columns = select(FollowCount.kind, FollowCount.subject, FollowCount.companies)
            return [tuple(row) for row in await session.execute(columns)]


@pytest.mark.statement(57)
@pytest.mark.parametrize(("companies", "told"), [(4, []), (5, [5]), (9, [5]), (10, [10])])
async def test_only_five_companies_and_more_are_told_of(
    database: Database, companies: int, told: list[int]
) -> None:
    await followers(database, companies)
    assert [one[2] for one in await counted(database)] == told


@pytest.mark.statement(57)
async def test_many_people_of_few_companies_are_few(database: Database) -> None:
    await followers(database, 2, each=4)
    assert await counted(database) == []


@pytest.mark.statement(57)
async def test_companies_that_cost_nothing_do_not_count(database: Database) -> None:
    """Whoever registers four companies must not learn whether there is a fifth follower."""
    await followers(database, 6, verified=False)
    await followers(database, 1)
    assert await counted(database) == []


async def test_suspended_companies_do_not_count(database: Database) -> None:
    people = await followers(database, 5)
    gone = update(Company).where(Company.id == people[0].company_id).values(state="suspended")
    with acting_as(SYSTEM):
        await run_write(database, lambda session: session.execute(gone))
    assert await counted(database) == []


async def test_the_count_stands_still_for_a_week(database: Database) -> None:
    with time_machine.travel("2026-12-02T10:00:00Z", tick=False):
        await followers(database, 5)
        assert [one[2] for one in await counted(database)] == [5]
        await followers(database, 5)
        assert [one[2] for one in await counted(database)] == [5]
    with time_machine.travel("2026-12-07T00:00:01Z", tick=False):
        assert [one[2] for one in await counted(database)] == [10]


async def test_the_count_stands_on_page_and_api(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    told = insert(FollowCount).values(kind="need", subject="mlps-l2", companies=5)
    await run_write(app.state.database, lambda session: session.execute(told))
    signed_in(client, ana)
    shown = (await client.get("/api/v1/needs/mlps-l2")).json()["related"]["follow"]
    assert shown == {"is_followed": False, "companies_at_least": 5}
    assert "5 家以上" in (await client.get("/needs/mlps-l2")).text
