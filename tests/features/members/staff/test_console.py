"""The console shows staff what waits for the roles they hold, and others nothing at all."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.db.engine import ReadSession
from app.features.members.permissions import Permission
from app.features.members.staff.desk import Desk, StaffPage, StaffQueue, Waiting
from app.kit import clock
from app.kit.text import Text
from app.kit.viewer import Viewer
from tests.people import add_company, add_person, signed_in

REPORTS, BOOKS = Text("反馈样例", "Sample reports"), Text("账目样例", "Sample books")


def page(key: str, label: Text, permission: Permission, *, waiting: Waiting | None) -> StaffPage:
    async def load(session: ReadSession, viewer: Viewer) -> Waiting:
        if waiting is None:
            raise ZeroDivisionError
        return waiting

    queue = StaffQueue(load, answered_within=timedelta(days=7))
    return StaffPage(key, label, f"/staff/{key}", permission, order=1, queue=queue)


@pytest.fixture
def desk(app: FastAPI) -> None:
    now = clock.now()
    app.state.desk = Desk(
        [
            page("reports", REPORTS, Permission.STAFF_MODERATE, waiting=Waiting(3, now - timedelta(days=9))),
            page("broken", Text("坏的", "Broken"), Permission.STAFF_MODERATE, waiting=None),
            page("fresh", Text("新的", "Fresh"), Permission.STAFF_MODERATE, waiting=Waiting(1, now)),
            page("books", BOOKS, Permission.STAFF_FINANCE, waiting=Waiting(1, now)),
            StaffPage(
                "log", Text("记录样例", "Sample log"), "/staff/log", Permission.STAFF_MODERATE, order=9
            ),
        ]
    )


@pytest.mark.usefixtures("desk")
async def test_staff_see_the_queues_of_their_roles_with_clocks(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mo = await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    signed_in(client, mo)
    shown = (await client.get("/staff", headers={"accept-language": "en"})).text
    assert "The oldest has waited 9" in shown
    assert "overdue by 2" in shown
    assert shown.rindex("Sample reports") < shown.rindex("Fresh")
    assert "Cannot be counted right now" in shown
    assert "Sample log" in shown
    assert BOOKS.en not in shown
    items = (await client.get("/api/v1/staff")).json()["items"]
    assert [(one["key"], one["waiting"], one["late"]) for one in items] == [
        ("reports", 3, True), ("fresh", 1, False), ("broken", None, False),
    ]  # fmt: skip


@pytest.mark.usefixtures("desk")
async def test_who_holds_no_role_is_told_how_roles_are_given(app: FastAPI, client: httpx.AsyncClient) -> None:
    signed_in(client, await add_person(app.state.database, "新", second_factor=True))
    shown = await client.get("/staff")
    assert shown.status_code == 200
    assert "还没有分配角色" in shown.text
    assert REPORTS.zh not in shown.text


@pytest.mark.parametrize("path", ["/staff", "/api/v1/staff"])
async def test_members_get_the_answer_of_a_page_that_does_not_exist(
    app: FastAPI, client: httpx.AsyncClient, path: str
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company, role="admin", second_factor=True)
    signed_in(client, ana)
    assert (await client.get(path)).status_code == 404


async def test_staff_without_a_second_factor_are_asked_for_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    signed_in(client, await add_person(app.state.database, "莫", staff_roles=("moderator",)))
    answer = await client.get("/staff")
    assert (answer.status_code, answer.headers["location"]) == (303, "/second-factor?next=/staff")
    assert (await client.get("/api/v1/staff")).status_code == 403


def test_two_pages_of_one_key_keep_the_product_from_starting() -> None:
    one = StaffPage("a", REPORTS, "/staff/a", Permission.STAFF_AUDIT, order=1)
    with pytest.raises(ValueError, match="share a key"):
        Desk([one, one])
