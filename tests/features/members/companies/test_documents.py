"""Documents of companies: told by their bytes, sealed, and given to few."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import CompanyDocument, VerificationRequest
from app.features.members.companies.verification.kinds import shown_name
from app.features.members.companies.verification.sweeping import sweep_documents
from app.kit import clock
from tests.features.members.companies.files import BAD, GOOD, PDF
from tests.features.members.companies.verifying import FORM, decide, rows, send, stored
from tests.people import Known, add_company, add_person, signed_in


@pytest.mark.statement(35)
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("face", ["page", "api"])
async def test_other_files_are_refused(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, tmp_path: Path, bad: tuple[str, bytes], face: str
) -> None:
    signed_in(client, ana)
    answer = await send(client, *bad, face=face)
    assert answer.status_code in (413, 422)
    assert "5 MiB" in answer.text or "PDF" in answer.text
    assert await rows(app, CompanyDocument) == []
    assert stored(tmp_path) == []


@pytest.mark.parametrize("good", GOOD.items(), ids=GOOD)
async def test_a_document_is_sealed_and_given_back(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, tmp_path: Path, good: tuple[str, bytes]
) -> None:
    signed_in(client, ana)
    assert (await send(client, *good)).status_code == 303
    [file] = stored(tmp_path)
    assert good[1] not in file.read_bytes()
    assert good[0].lower() not in str(file).lower()
    [row] = await rows(app, CompanyDocument)
    for prefix in ("", "/api/v1"):
        answer = await client.get(f"{prefix}/company/verification/documents/{row.public_id}")
        assert answer.content == good[1]
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{good[0]}"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert "no-store" in answer.headers["cache-control"]


@pytest.mark.statement(41)
async def test_a_body_above_the_limit_is_cut_off(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, tmp_path: Path
) -> None:
    signed_in(client, ana)
    read = 0

    async def endless() -> Any:
        nonlocal read
        head = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.pdf"\r\n\r\n'
        yield head
        for _ in range(200):
            read += 1
            yield b" " * (256 * 1024)

    answer = await client.post(
        FORM, content=endless(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 413
    assert "5 MiB" in answer.text
    assert read < 30
    assert stored(tmp_path) == []


@pytest.mark.statement(1)
async def test_documents_and_requests_are_hidden_from_rivals_and_other_staff(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known
) -> None:
    signed_in(client, ana)
    await send(client)
    [row], [request] = await rows(app, CompanyDocument), await rows(app, VerificationRequest)
    rival = await add_company(app.state.database, "乙公司")
    bo = await add_person(app.state.database, "博", company_id=rival, role="admin", second_factor=True)
    fin = await add_person(app.state.database, "芬", staff_roles=("finance",), second_factor=True)
    for who in (bo, fin):
        signed_in(other, who)
        for prefix in ("", "/api/v1"):
            for area in ("/company/verification", "/staff/verifications"):
                hidden = await other.get(f"{prefix}{area}/documents/{row.public_id}")
                missing = await other.get(f"{prefix}{area}/documents/{'x' * len(row.public_id)}")
                assert hidden.status_code == missing.status_code == 404
            decision = await decide(other, request.public_id, "accept", face="api" if prefix else "page")
            assert decision.status_code == 404
    signed_in(other, bo)
    appeal = await other.post(f"/api/v1/company/verification/{request.public_id}/appeal", json={"note": "x"})
    assert appeal.status_code == 404
    assert "甲公司" not in (await other.get("/company/verification")).text
    sales = await add_person(app.state.database, "卡尔", company_id=ana.company_id)
    signed_in(other, sales)
    assert (await other.get(f"/company/verification/documents/{row.public_id}")).status_code == 403
    assert row.public_id not in (await other.get("/company/verification")).text


@pytest.mark.statement(17)
async def test_no_audit_row_no_document(
    app: FastAPI,
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    ana: Known,
    mo: Known,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed_in(client, ana)
    await send(client)
    [row] = await rows(app, CompanyDocument)
    signed_in(other, mo)
    path = f"/staff/verifications/documents/{row.public_id}"
    assert (await other.get(path)).content == PDF
    async with app.state.database.reading() as session:
        entry = (
            await session.execute(select(*AuditEntry.__table__.c).where(AuditEntry.action == "document.read"))
        ).one()
    assert (entry.company_id, entry.actor_id, entry.object_id) == (
        ana.company_id,
        mo.person_id,
        row.public_id,
    )

    async def fail(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, OSError("disk full"))

    monkeypatch.setattr("app.features.members.audit.reading.record_audit", fail)
    for prefix in ("", "/api/v1"):
        answer = await other.get(prefix + path)
        assert answer.status_code == 503
        assert PDF not in answer.content


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/执照.pdf", "执照.pdf"),
        ("C:\\x\\a\r\nX: y.pdf", "aX: y.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_only_shown(given: str, shown: str) -> None:
    assert shown_name(given) == shown


async def test_files_without_a_row_are_swept(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, tmp_path: Path
) -> None:
    signed_in(client, ana)
    await send(client)
    store = app.state.documents
    orphan, fresh = store.keep(b"of a company that is gone"), store.keep(b"whose row is being written")
    yesterday = clock.now().timestamp() - 25 * 3600
    for path in stored(tmp_path):
        if path.name != fresh:
            os.utime(path, (yesterday, yesterday))
    assert await sweep_documents(app.state.database, store) == 1
    left = {path.name for path in stored(tmp_path)}
    assert len(left) == 2
    assert orphan not in left
