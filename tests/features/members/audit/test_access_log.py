"""What staff read of a company in the course of their work: its admins see it, a rival's do not."""

import httpx
from fastapi import FastAPI

from app.features.members.companies.models import CompanyDocument
from tests.features.members.companies.verifying import rows, send
from tests.people import Known, add_company, add_person, signed_in


async def admin_of(app: FastAPI, name: str) -> Known:
    company = await add_company(app.state.database, name, verified=False)
    return await add_person(app.state.database, name, company_id=company, role="admin", second_factor=True)


async def logged(client: httpx.AsyncClient, who: Known) -> list[tuple[str, str]]:
    """(what, item), as the company's admin reads it."""
    signed_in(client, who)
    items = (await client.get("/api/v1/company/access-log")).json()["items"]
    assert len(items) == (await client.get("/company/access-log")).text.count('class="trail-entry"')
    return [(one["what"], one["item"]) for one in items]


async def test_work_of_staff_stands_in_the_access_log_of_whom_it_concerns(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ana, bo = await admin_of(app, "甲公司"), await admin_of(app, "乙公司")
    signed_in(client, ana)
    await send(client)
    [document] = await rows(app, CompanyDocument)
    for role, path in (
        ("moderator", f"/staff/verifications/documents/{document.public_id}"),
        ("finance", f"/staff/ledger/companies/{ana.company_public_id}"),
    ):
        reader = await add_person(app.state.database, role, staff_roles=(role,), second_factor=True)
        signed_in(client, reader)
        assert (await client.get(path)).status_code == 200
    assert await logged(client, ana) == [
        ("查看了积分余额和流水", ana.company_public_id),
        ("查看了认证文件", document.public_id),
    ]
    assert await logged(client, bo) == []
