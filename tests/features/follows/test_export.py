"""Taking all follows away: the role's permission, a second factor just given, a row in the trail."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.signing_in.models import SignInSession
from app.kit import clock
from tests.people import Known, add_person, signed_in


@pytest.fixture
async def admin(app: FastAPI, company_a: int) -> Known:
    return await add_person(
        app.state.database, "=公式", company_id=company_a, role="admin", second_factor=True
    )


async def audited(app: FastAPI, who: Known) -> list[str]:
    async with app.state.database.reading() as session:
        of_person = select(AuditEntry.action).where(AuditEntry.object_id == who.public_id)
        return list(await session.scalars(of_person))


async def test_an_admin_takes_the_list_away_as_csv_and_json(
    app: FastAPI, client: httpx.AsyncClient, admin: Known, hospital: str
) -> None:
    signed_in(client, admin)
    for kind, subject in (("organisation", hospital), ("person", admin.public_id)):
        await client.post("/api/v1/my/follows", json={"kind": kind, "subject": subject})
    assert (await client.get("/my/follows/export")).status_code == 200
    assert await audited(app, admin) == []
    table = await client.post("/my/follows/export", data={"format": "csv"})
    assert "attachment" in table.headers["content-disposition"]
    assert table.headers["cache-control"] == "no-store"
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "种类,名称,编号,地址,关注日期"
    assert "'=公式" in lines[1], "no cell is a formula"
    assert lines[2].startswith(f"客户单位,北京大学第三医院,{hospital},/organisations/{hospital},")
    whole = await client.post("/my/follows/export", data={"format": "json"})
    assert [one["name"] for one in whole.json()["items"]] == ["=公式", "北京大学第三医院"]
    assert await audited(app, admin) == ["follows.export"] * 2


async def test_other_roles_and_tokens_do_not_and_a_factor_of_long_ago_is_asked_again(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, admin: Known
) -> None:
    signed_in(client, ana)
    assert (await client.post("/my/follows/export")).status_code == 403
    signed_in(client, admin)
    given = update(SignInSession).where(SignInSession.person_id == admin.person_id)
    with acting_as(SYSTEM):
        await run_write(
            app.state.database,
            lambda session: session.execute(
                given.values(second_factor_at=clock.now() - timedelta(minutes=11))
            ),
        )
    page = await client.get("/my/follows/export")
    assert (page.status_code, page.headers["location"]) == (303, "/second-factor?next=/my/follows/export")
    assert (await client.post("/my/follows/export")).headers["location"] == "/second-factor"
    assert await audited(app, admin) == []


@pytest.mark.statement(17)
async def test_without_a_row_in_the_trail_there_is_no_file(
    app: FastAPI, client: httpx.AsyncClient, admin: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> int:
        raise OSError("the trail cannot be written")

    monkeypatch.setattr("app.features.follows.exporting.record_audit", fail)
    signed_in(client, admin)
    answer = await client.post("/my/follows/export")
    assert answer.status_code == 503
    assert "attachment" not in answer.headers.get("content-disposition", "")
