"""Following through pages and API: whose it is, that twice is once, and what is not there."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.features.follows import actions
from app.features.follows.models import Follow
from tests.people import Known, add_person, form_token, signed_in

NEED = {"kind": "need", "subject": "mlps-l3"}


async def stored(app: FastAPI, who: Known) -> list[tuple[int, str, str]]:
    columns = select(Follow.company_id, Follow.kind, Follow.subject).where(Follow.person_id == who.person_id)
    async with app.state.database.reading() as session:
        return [tuple(row) for row in await session.execute(columns.order_by(Follow.id))]


async def test_following_twice_is_following_once(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    first, second = [await client.post("/api/v1/my/follows", json=NEED) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, second.json())
    assert first.json()["url"] == "/needs/mlps-l3"
    assert await stored(app, ana) == [(ana.company_id, "need", "mlps-l3")]
    address = f"/api/v1/my/follows/{first.json()['id']}"
    assert (await client.get(address)).json() == first.json()
    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 404
    assert await stored(app, ana) == []


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("need", "no-such-need"),
        ("organisation", "nobody"),
        ("region", "某某省"),
        ("company", "nobody"),
        ("person", "nobody"),
    ],
)
async def test_what_is_not_there_cannot_be_followed(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, kind: str, subject: str
) -> None:
    signed_in(client, ana)
    answer = await client.post("/api/v1/my/follows", json={"kind": kind, "subject": subject})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "id")
    assert await stored(app, ana) == []


@pytest.mark.parametrize("body", [{"kind": "thread", "subject": "x"}, {"kind": "need", "subject": "x" * 61}])
async def test_bad_input_names_its_field(client: httpx.AsyncClient, ana: Known, body: dict[str, str]) -> None:
    signed_in(client, ana)
    answer = await client.post("/api/v1/my/follows", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("kind", "subject")


@pytest.mark.statement(5)
async def test_owner_never_comes_from_the_body(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known
) -> None:
    signed_in(client, ana)
    for extra in ({"company_id": bo.company_id}, {"person_id": bo.person_id}, {"id": "x"}):
        assert (await client.post("/api/v1/my/follows", json=NEED | extra)).status_code == 422
    assert await stored(app, ana) == []


async def test_every_kind_can_be_followed_and_is_listed_by_name(
    client: httpx.AsyncClient, ana: Known, cleo: Known, bo: Known, hospital: str
) -> None:
    signed_in(client, ana)
    wanted = [
        ("organisation", hospital, "北京大学第三医院"),
        ("need", "mlps-l3", None),
        ("industry", "healthcare", None),
        ("regulation", "csl", None),
        ("region", "云南省", "云南省"),
        ("company", bo.company_public_id, "乙公司"),
        ("person", cleo.public_id, "柯丽"),
    ]
    for kind, subject, name in wanted:
        made = await client.post("/api/v1/my/follows", json={"kind": kind, "subject": subject})
        assert made.status_code == 200, kind
        assert made.json()["name"] == (name or made.json()["name"])
    listed = (await client.get("/api/v1/my/follows")).json()["items"]
    assert [one["kind"] for one in listed] == [kind for kind, _, _ in reversed(wanted)]
    page = (await client.get("/my/follows", params={"kind": "region"})).text
    assert "云南省" in page
    assert "柯丽" not in page
    first = (await client.get("/api/v1/my/follows", params={"limit": 4})).json()
    rest = (await client.get("/api/v1/my/follows", params={"limit": 4, "cursor": first["next"]})).json()
    assert [*first["items"], *rest["items"]] == listed
    assert rest["next"] is None


async def test_a_rival_at_work_elsewhere_cannot_be_followed_as_a_person(
    client: httpx.AsyncClient, ana: Known, bo: Known
) -> None:
    signed_in(client, ana)
    answer = await client.post("/api/v1/my/follows", json={"kind": "person", "subject": bo.public_id})
    assert answer.status_code == 404


async def test_the_page_of_another_company_has_the_button_and_ones_own_has_not(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known
) -> None:
    theirs, own = f"/companies/{bo.company_public_id}", f"/companies/{ana.company_public_id}"
    signed_in(client, ana)
    assert 'class="follow"' not in (await client.get(own)).text
    assert (await client.get(f"/api/v1{own}")).json()["related"] == {}
    assert 'aria-pressed="false"' in (await client.get(theirs)).text
    assert (await client.get(f"/api/v1{theirs}")).json()["related"]["follow"]["is_followed"] is False
    asked = {"kind": "company", "id": bo.company_public_id, "follow": "1", "next": theirs}
    done = await client.post("/my/follows", data=asked)
    assert (done.status_code, done.headers["location"]) == (303, theirs)
    assert await stored(app, ana) == [(ana.company_id, "company", bo.company_public_id)]
    assert 'aria-pressed="true"' in (await client.get(theirs)).text
    staff = await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    signed_in(client, staff)
    assert 'class="follow"' not in (await client.get(theirs)).text


async def test_the_button_follows_without_and_with_htmx(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, hospital: str
) -> None:
    address = f"/organisations/{hospital}"
    signed_out = (await client.get(address)).text
    assert f'href="/sign-in?next={address}"' in signed_out
    signed_in(client, ana)
    assert 'aria-pressed="false"' in (await client.get(address)).text
    fields = {"kind": "organisation", "id": hospital, "follow": "1", "next": address}
    fields["csrf"] = form_token(client, ana.token)
    answer = await client.post("/my/follows", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert 'aria-pressed="true"' in (await client.get(address)).text
    swapped = await client.post("/my/follows", data=fields | {"follow": "0"}, headers={"hx-request": "true"})
    assert swapped.text.strip().startswith('<div class="follow">')
    assert 'aria-pressed="false"' in swapped.text
    assert await stored(app, ana) == []
    elsewhere = await client.post("/my/follows", data=fields | {"next": "//evil.example"})
    assert elsewhere.headers["location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/needs/mlps-l3",
        "/industries/healthcare",
        "/regulations/csl",
        "/explore/organisations?province=云南省",
    ],
)
async def test_other_subjects_have_the_button_too(
    client: httpx.AsyncClient, ana: Known, address: str
) -> None:
    signed_in(client, ana)
    assert 'class="follow__form"' in (await client.get(address)).text


async def test_staff_have_no_button(app: FastAPI, client: httpx.AsyncClient) -> None:
    signed_in(
        client, await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    )
    assert 'class="follow"' not in (await client.get("/needs/mlps-l3")).text


async def test_nobody_follows_more_than_the_limit(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_FOLLOWS", 1)
    signed_in(client, ana)
    assert (await client.post("/api/v1/my/follows", json=NEED)).status_code == 200
    over = await client.post("/api/v1/my/follows", json={"kind": "region", "subject": "云南省"})
    assert over.status_code == 429
    assert (await client.post("/api/v1/my/follows", json=NEED)).status_code == 200, "it is followed already"
    assert len(await stored(app, ana)) == 1
