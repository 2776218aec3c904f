"""My customers: the followed organisations, as their own pages speak of them, in few statements."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select, update

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.discovery.my.forms import CustomersAsked
from app.features.discovery.my.listing import customers_of
from app.features.follows.actions import follow
from app.features.follows.queries import subjects_followed
from app.features.knowledge.queries import current_catalogue
from app.features.registry.answers import answer_for_organisation
from app.features.registry.models import Organisation
from app.features.registry.overview import overview_of
from app.kit.subject import Subject
from tests.people import Known, signed_in
from tests.purchases import BUYER


async def organisations(app: FastAPI) -> dict[str, str]:
    """Name to public id."""
    async with app.state.database.reading() as session:
        found = await session.execute(
            select(Organisation.name, Organisation.public_id).order_by(Organisation.id)
        )
        return dict(found.all())


async def follow_all(app: FastAPI, who: Known, public_ids: Sequence[str]) -> None:
    async def work(session: WriteSession) -> None:
        await follow(session, who.viewer(), [Subject("organisation", one) for one in public_ids])

    with acting_as(SYSTEM):
        await run_write(app.state.database, work)


async def test_each_row_says_what_the_page_of_the_organisation_says(app: FastAPI, ana: Known) -> None:
    ids = list((await organisations(app)).values())
    await follow_all(app, ana, ids)
    viewer = ana.viewer()
    with acting_as(SYSTEM):
        async with app.state.database.reading() as session:
            catalogue = await current_catalogue(session)
            chosen = subjects_followed(viewer, "organisation")
            rows = await overview_of(session, viewer, catalogue, chosen, limit=1_000)
            assert {row.line.public_id for row in rows} == set(ids)
            with_facts = 0
            for row in rows:
                answer = await answer_for_organisation(session, catalogue, viewer, row.line.public_id)
                assert row.top == answer.top, row.line.name
                with_facts += row.newest is not None
            assert with_facts == 1
            assert rows[0].line.name == BUYER, "the one with news comes first"


async def statements_for(app: FastAPI, who: Known, asked: CustomersAsked, *, limit: int) -> list[str]:
    database: Database = app.state.database
    said: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with acting_as(SYSTEM):
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
            engine = session.get_bind().engine  # type: ignore[union-attr]
            event.listen(engine, "before_cursor_execute", hear)
            try:
                await customers_of(session, who.viewer(), catalogue, asked, limit=limit)
            finally:
                event.remove(engine, "before_cursor_execute", hear)
    return said


async def test_a_page_of_many_needs_no_more_statements_than_a_page_of_one(
    app: FastAPI, ana: Known, bo: Known
) -> None:
    ids = list((await organisations(app)).values())
    await follow_all(app, ana, ids[:1])
    await follow_all(app, bo, ids)
    asked = CustomersAsked("", "facts")
    one = await statements_for(app, ana, asked, limit=20)
    many = await statements_for(app, bo, asked, limit=50)
    assert len(one) == len(many) == 6
    assert len(await statements_for(app, bo, CustomersAsked("大学", "name"), limit=50)) == 6


async def test_the_page_searches_sorts_and_turns(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    known = await organisations(app)
    await follow_all(app, ana, list(known.values())[:30])
    signed_in(client, ana)
    page = (await client.get("/my/customers", params={"sort": "name"})).text
    assert page.count('class="customer"') == 20
    assert "sort=name&amp;page=2" in page
    rest = (await client.get("/my/customers", params={"sort": "name", "page": 2})).text
    assert rest.count('class="customer"') == 10
    for text in ("北京大学", "bjdx", "北京 大学"):
        found = (await client.get("/api/v1/my/customers", params={"q": text})).json()
        assert found["items"], text
        assert found["total"] == 30
    none = await client.get("/my/customers", params={"q": "没有这样的客户"})
    assert "你的客户里没有这个名称" in none.text
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        part = (
            await client.get("/api/v1/my/customers", params={"limit": 12, "sort": "name"} | cursor)
        ).json()
        names += [one["organisation"]["name"] for one in part["items"]]
        if not part["next"]:
            break
        cursor = {"cursor": part["next"]}
    async with app.state.database.reading() as session:
        by_initials = select(Organisation.name).order_by(Organisation.initials, Organisation.name)
        wanted = by_initials.where(Organisation.public_id.in_(list(known.values())[:30]))
        assert names == list(await session.scalars(wanted))


@pytest.mark.parametrize("query", ["sort=customer_name", "sort=likelihood", "page=0", "page=51", "q=%00"])
@pytest.mark.statement(58)
async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient, ana: Known, query: str) -> None:
    signed_in(client, ana)
    assert (await client.get(f"/my/customers?{query}")).status_code == 422


@pytest.mark.statement(2)
async def test_nobody_sees_the_customers_of_others(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, cleo: Known, bo: Known, hospital: str
) -> None:
    await follow_all(app, ana, [hospital])
    for stranger in (cleo, bo):
        signed_in(client, stranger)
        assert (await client.get("/api/v1/my/customers")).json() == {"items": [], "next": None, "total": 0}
        assert "先加一个客户" in (await client.get("/my/customers")).text


@pytest.fixture
async def closed(app: FastAPI) -> AsyncIterator[tuple[str, str]]:
    """One organisation is closed for the length of a test."""
    name, public_id = list((await organisations(app)).items())[-1]

    async def set_status(status: str) -> None:
        change = update(Organisation).where(Organisation.public_id == public_id).values(status=status)
        await run_write(app.state.database, lambda session: session.execute(change))

    await set_status("closed")
    yield name, public_id
    await set_status("active")


async def test_what_closed_is_not_lost_from_sight(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, hospital: str, closed: tuple[str, str]
) -> None:
    await follow_all(app, ana, [hospital, closed[1]])
    signed_in(client, ana)
    page = (await client.get("/my/customers")).text
    assert page.count('class="customer"') == 1
    assert page.index("名称已变更或已关闭") < page.index(closed[0])
    assert f'id="follow-organisation-{closed[1]}"' in page, "it can be let go"
