"""A copy of all that is held of me: mine alone, all of it, once, within a day."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.follows.actions import follow
from app.features.members.models import Company, Person
from app.features.members.privacy.copying import drop_old_copies
from app.features.members.privacy.models import DataCopy
from app.kit import clock
from app.kit.subject import Subject
from tests.features.members.companies.files import PDF
from tests.features.members.companies.verifying import send
from tests.features.members.privacy.conftest import Work, mails
from tests.people import Known, add_person, signed_in

_unverified = update(Company).values(verification="unverified")


def link_in(app: FastAPI) -> str:
    """The path in the newest mail."""
    found = re.search(r"http://\S+?(/account/data/copies/\S+)", mails(app)[-1][1])
    assert found is not None
    return found[1]


def contents(archive: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == ["README.txt", "data.json"]
        told: dict[str, Any] = json.loads(opened.read("data.json"))
        return told


async def asked(client: httpx.AsyncClient, work: Work) -> None:
    assert (await client.post("/account/data/copy")).headers["location"] == "/account/data"
    await work()


@pytest.mark.statement(60)
async def test_the_copy_holds_the_files_that_i_sent_and_may_read(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known, work: Work
) -> None:
    with acting_as(SYSTEM):
        await run_write(app.state.database, lambda session: session.execute(_unverified))
    for who, name in ((bo, "bzbz.pdf"), (ana, "qzqz执照.pdf")):
        signed_in(client, who)
        assert (await send(client, name)).status_code == 303
    files = {}
    for role in ("admin", "sales"):
        with acting_as(SYSTEM):
            changed = update(Person).where(Person.id == ana.person_id).values(role=role)
            await run_write(app.state.database, lambda session, changed=changed: session.execute(changed))
        await asked(client, work)
        with zipfile.ZipFile(io.BytesIO((await client.post(link_in(app))).content)) as opened:
            files[role] = {one: opened.read(one) for one in opened.namelist() if one.startswith("files/")}
    assert files == {"admin": {"files/1-qzqz执照.pdf": PDF}, "sales": {}}


@pytest.mark.statement(60)
async def test_the_copy_has_all_that_is_mine_and_nothing_of_others(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known, company_a: int, work: Work
) -> None:
    database = app.state.database
    cleo = await add_person(database, "czczname柯丽", company_id=company_a, mail="czcz.cleo@example.com")
    with acting_as(SYSTEM):
        for who, subject in ((ana, "qzqzfollow"), (bo, "bzbzfollow"), (cleo, "czczfollow")):
            wanted = [Subject("need", subject)]
            await run_write(
                database, lambda session, who=who, wanted=wanted: follow(session, who.viewer(), wanted)
            )
    signed_in(client, ana)
    assert "申请副本" in (await client.get("/account/data")).text
    await asked(client, work)
    address, text = mails(app)[-1]
    assert address == "qzqzmail.ana@example.com"
    assert "qzqzname" not in text
    assert "已准备好" in (await client.get("/account/data")).text
    link = link_in(app)
    assert (await client.get(link)).status_code == 200
    answer = await client.post(link)
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    told = contents(answer.content)
    assert told["people"][0]["mail"] == "qzqzmail.ana@example.com"
    assert told["people"][0]["name"] == "qzqzname安娜"
    assert told["companies"][0]["name"] == "qzqzfirma甲"
    assert [one["subject"] for one in told["follows"]] == ["qzqzfollow"]
    assert [one["action"] for one in told["audit_entries"]] == ["account.copy_ask"]
    assert len(told["sign_in_sessions"]) == 1
    assert not re.search(r"bzbz|czcz", json.dumps(told, ensure_ascii=False))
    assert "password" not in re.sub("reset_password|password_at", "", json.dumps(told))
    assert (await client.post(link)).status_code == 404, "it works once"
    async with database.reading() as session:
        with acting_as(SYSTEM):
            assert (await session.execute(select(DataCopy.state, DataCopy.sealed))).one() == ("taken", None)


async def test_the_link_is_nothing_in_other_hands(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known, work: Work
) -> None:
    signed_in(client, ana)
    await asked(client, work)
    link = link_in(app)
    signed_in(client, bo)
    unknown = "/account/data/copies/" + "x" * 43
    for path in (link, unknown):
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path)).status_code == 404
        assert (await client.post(f"/api/v1{path}")).status_code == 404
    client.cookies.clear()
    assert (await client.get(link)).status_code == 303
    signed_in(client, ana)
    assert (await client.post(f"/api/v1{link}")).status_code == 200, "a stranger's attempt used nothing up"


async def test_the_link_ends_after_a_day_and_with_the_next_copy(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, work: Work
) -> None:
    signed_in(client, ana)
    await asked(client, work)
    first = link_in(app)
    await asked(client, work)
    assert (await client.post(first)).status_code == 404
    second = link_in(app)
    with time_machine.travel(clock.now() + timedelta(hours=11), tick=False):
        assert (await client.get(second)).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False), acting_as(SYSTEM):
        await drop_old_copies(app.state.database)
        async with app.state.database.reading() as session:
            assert await session.scalar(select(DataCopy.id)) is None


async def test_asking_wants_a_factor_just_given_and_has_a_limit(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, company_a: int, work: Work
) -> None:
    plain = await add_person(app.state.database, "无", company_id=company_a)
    signed_in(client, plain)
    assert (await client.get("/account/data")).status_code == 200
    for path in ("/account/data/copy", "/account/data/erasure"):
        assert (await client.get(path)).headers["location"] == f"/second-factor?next={path}"
        assert (await client.post(path)).headers["location"] == "/second-factor"
        assert (await client.post(f"/api/v1{path}", json={"confirmation": "ERASE"})).status_code == 403
    signed_in(client, ana)
    states = [(await client.post("/api/v1/account/data/copy")).status_code for _ in range(6)]
    assert states == [202] * 5 + [429]
    assert (await client.get("/api/v1/account/data")).json()["copy_asked"]["state"] == "waiting"


async def test_a_copy_of_somebody_who_left_meanwhile_is_not_made(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, work: Work
) -> None:
    signed_in(client, ana)
    await client.post("/account/data/copy")
    await client.post("/account/data/erasure", data={"confirmation": "注销"})
    await work()
    assert mails(app) == []
