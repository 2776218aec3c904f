"""Nobody but the person learns what is followed: not colleagues, not rivals, not staff, not from any page."""

import httpx
import pytest
from fastapi import FastAPI

from tests.people import Known, add_person, signed_in
from tests.web.routes import paths_of

NEED = {"kind": "need", "subject": "mlps-l3"}


@pytest.fixture
async def followed(client: httpx.AsyncClient, ana: Known, hospital: str) -> str:
    """The id of Ana's follow of a hospital; she also follows a need."""
    signed_in(client, ana)
    await client.post("/api/v1/my/follows", json=NEED)
    made = await client.post("/api/v1/my/follows", json={"kind": "organisation", "subject": hospital})
    identifier: str = made.json()["id"]
    return identifier


@pytest.mark.statement(1)
@pytest.mark.statement(4)
async def test_a_follow_of_somebody_else_is_as_if_it_did_not_exist(
    client: httpx.AsyncClient, ana: Known, cleo: Known, bo: Known, followed: str
) -> None:
    for stranger in (cleo, bo):
        signed_in(client, stranger)
        for verb in ("GET", "DELETE"):
            answers = [
                await client.request(verb, f"/api/v1/my/follows/{one}") for one in (followed, "x" * 22)
            ]
            told = [(one.status_code, {**one.json(), "request_id": ""}) for one in answers]
            assert told[0] == told[1]
            assert told[0][0] == 404
        assert (await client.get("/api/v1/my/follows")).json()["items"] == []
    signed_in(client, ana)
    assert (await client.get(f"/api/v1/my/follows/{followed}")).status_code == 200


@pytest.mark.statement(2)
async def test_no_page_of_others_changes_when_somebody_follows(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known, hospital: str
) -> None:
    signed_in(client, bo)
    kept = {"/metrics", "/livez", "/readyz"}  # they count requests and measure time
    kept |= {"/wallet/statement/print"}  # it says when it was printed
    paths = [one for one in paths_of(app, method="GET", organisation=hospital) if one not in kept]
    paths += [f"/companies/{bo.company_public_id}", f"/api/v1/companies/{bo.company_public_id}"]

    async def shown() -> dict[str, str]:
        answers = {path: await client.get(path) for path in paths}
        return {path: _without_ids(one) for path, one in answers.items()}

    before = await shown()
    signed_in(client, ana)
    for kind, subject in (
        ("organisation", hospital),
        ("need", "mlps-l3"),
        ("industry", "healthcare"),
        ("company", bo.company_public_id),
    ):
        await client.post("/api/v1/my/follows", json={"kind": kind, "subject": subject})
    signed_in(client, bo)
    assert await shown() == before


def _without_ids(answer: httpx.Response) -> str:
    request_id = answer.headers.get("x-request-id", "-")
    return answer.text.replace(request_id, "") if "text" in answer.headers.get("content-type", "") else ""


@pytest.mark.statement(3)
async def test_who_is_not_signed_in_is_sent_to_sign_in(client: httpx.AsyncClient, hospital: str) -> None:
    page = await client.get("/my/follows?kind=need")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/my/follows%3Fkind%3Dneed")
    for verb, path in (("GET", ""), ("POST", ""), ("GET", "/x"), ("DELETE", "/x")):
        body = {"json": NEED} if verb == "POST" else {}
        assert (await client.request(verb, f"/api/v1/my/follows{path}", **body)).status_code == 401


async def test_staff_have_no_way_to_follows(app: FastAPI, client: httpx.AsyncClient, followed: str) -> None:
    roles = ("moderator", "finance", "programme", "support", "platform_admin")
    signed_in(client, await add_person(app.state.database, "莫", staff_roles=roles, second_factor=True))
    for path in ("/my/follows", "/my/follows/export", f"/api/v1/my/follows/{followed}"):
        assert (await client.get(path)).status_code == 404, path
