"""Mails that were given up: staff try them again or delete them, and never see to whom they go."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from app.db.writing import run_write
from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import Letter
from app.kit import clock
from app.kit.text import Text
from app.outbox.models import OutboxJob
from tests.people import add_person, signed_in


@pytest.fixture
async def stuck(app: FastAPI, client: httpx.AsyncClient) -> int:
    letter = Letter("confirm_mail", Text("主题标记", "subject"), Text("正文标记", "body"))

    async def post(session: Any) -> int:
        await app.state.postbox.post(session, letter, to="anaana@example.com", language="zh")
        given_up = update(Mail).values(state="given_up", problem="ConnectionRefusedError")
        await session.execute(given_up)
        return int(await session.scalar(select(Mail.id)))

    operator = await add_person(app.state.database, "欧", staff_roles=("platform_admin",), second_factor=True)
    signed_in(client, operator)
    return await run_write(app.state.database, post)


async def jobs(app: FastAPI) -> int:
    async with app.state.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(OutboxJob)) or 0


@pytest.mark.parametrize("face", ["", "/api/v1"])
async def test_a_mail_is_tried_again(app: FastAPI, client: httpx.AsyncClient, stuck: int, face: str) -> None:
    shown = (await client.get(f"{face}/staff/mail")).text
    assert "confirm_mail" in shown
    assert "ConnectionRefusedError" in shown
    for secret in ("anaana", "主题标记", "正文标记"):
        assert secret not in shown
    queues = (await client.get("/api/v1/staff")).json()["items"]
    assert [one["waiting"] for one in queues if one["key"] == "mail"] == [1]
    before = await jobs(app)
    assert (await client.post(f"{face}/staff/mail/{stuck}/retry")).status_code in (204, 303)
    assert await jobs(app) == before + 1
    async with app.state.database.reading() as session:
        mail = (await session.execute(select(*Mail.__table__.c))).one()
    assert (mail.state, mail.problem) == ("waiting", None)
    assert mail.give_up_at > clock.now()
    assert (await client.post(f"{face}/staff/mail/{stuck}/retry")).status_code == 404


@pytest.mark.parametrize("face", ["", "/api/v1"])
async def test_a_mail_is_deleted(app: FastAPI, client: httpx.AsyncClient, stuck: int, face: str) -> None:
    assert (await client.post(f"{face}/staff/mail/{stuck}/deletion")).status_code in (204, 303)
    assert (await client.post(f"{face}/staff/mail/{stuck}/deletion")).status_code == 404
    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Mail)) == 0


@pytest.mark.parametrize("mail_id", ["0", "x", "99999999999999999999", "7"])
async def test_other_ids_are_refused(client: httpx.AsyncClient, stuck: int, mail_id: str) -> None:
    answer = await client.post(f"/staff/mail/{mail_id}/retry")
    assert answer.status_code in (404, 422)
