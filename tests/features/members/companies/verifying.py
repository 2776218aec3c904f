"""Asking to be verified and deciding, as browsers and programs do."""

from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from tests.features.members.companies.files import PDF
from tests.features.members.visiting import form_token_of

FORM = "/company/verification/request"


async def send(
    client: httpx.AsyncClient, name: str = "licence.pdf", content: bytes = PDF, *, face: str = "page"
) -> httpx.Response:
    files = {"document": (name, content, "application/octet-stream")}
    if face == "api":
        return await client.post(f"/api/v1{FORM}", data={"method": "licence"}, files=files)
    data = {"method": "licence", "csrf": await form_token_of(client, FORM), "note": "请看附件"}
    del client.headers["x-csrf-token"]  # a browser's form has its token inside, beside the file
    try:
        return await client.post(FORM, data=data, files=files)
    finally:
        client.headers["x-csrf-token"] = data["csrf"]


async def rows(app: FastAPI, table: Any) -> list[Any]:
    async with app.state.database.reading() as session:
        return list((await session.execute(select(*table.__table__.c).order_by(table.id))).all())


async def decide(
    client: httpx.AsyncClient, request_id: str, decision: str, *, face: str = "page", reason: str = "看不清"
) -> httpx.Response:
    path = f"/staff/verifications/{request_id}/decision"
    body = {"decision": decision, "reason": reason}
    if face == "api":
        return await client.post(f"/api/v1{path}", json=body)
    return await client.post(path, data=body)


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
