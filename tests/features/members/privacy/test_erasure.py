"""Erasing an account: nothing of the person is left but ids, and a restore does not bring them back."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Insert, insert, select, text, update

from app.db.engine import Database, WriteSession
from app.db.tables import metadata
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.follows.actions import follow
from app.features.follows.models import Follow
from app.features.members.companies.models import Invitation
from app.features.members.models import Company, Person
from app.features.members.privacy.tombstones import keep_tombstones, read_tombstones, replay_tombstones
from app.features.members.signing_in.links import issue_link
from app.features.members.signing_in.models import Passkey, RecoveryCode
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.subject import Subject
from app.worker import HOLDINGS, eraser_of
from tests.application import client_of
from tests.features.members.privacy.conftest import Work
from tests.people import Known, add_person, signed_in

MARK = "qzqz"  # begins whatever names Ana and her company


async def holding(database: Database, mark: str) -> list[str]:
    """Table.column of every text in the database that has the mark."""
    found = []
    with acting_as(SYSTEM):
        async with database.reading() as session:
            for table in metadata.sorted_tables:
                for row in (await session.execute(select(table))).mappings():
                    found += [f"{table.name}.{name}" for name, value in row.items() if mark in str(value)]
    return found


async def erase(client: httpx.AsyncClient, *, typed: str = "注销") -> httpx.Response:
    return await client.post("/account/data/erasure", data={"confirmation": typed})


def kept_in(file: Path) -> str:
    return file.read_text("utf-8")


async def states(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """By public id, of people and of companies."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            people = await session.execute(select(Person.public_id, Person.state))
            companies = await session.execute(select(Company.public_id, Company.state))
            return dict(people.all()), dict(companies.all())


def invitation_to(whom: Known, *, by: Known) -> Insert:
    """Of a company that once asked for them."""
    return insert(Invitation).values(
        public_id="invitation", company_id=by.company_id, mail=whom.mail, role="sales", state="open",
        invited_by=by.person_id, created_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip


@pytest.mark.statement(60)
async def test_nothing_of_the_last_member_is_left(
    app: FastAPI,
    client: httpx.AsyncClient,
    ana: Known,
    bo: Known,
    work: Work,
    capfd: pytest.CaptureFixture[str],
) -> None:
    database = app.state.database
    with acting_as(SYSTEM):
        for who in (ana, bo):
            wanted = [Subject("need", "mlps-l3")]
            await run_write(
                database, lambda session, who=who, wanted=wanted: follow(session, who.viewer(), wanted)
            )
    signed_in(client, ana)
    await client.post("/password/forgotten", data={"mail": "qzqzmail.ana@example.com"})  # a mail that waits
    await client.post("/account/data/copy")
    with acting_as(SYSTEM):
        await run_write(database, lambda session: session.execute(invitation_to(ana, by=bo)))
    marked = {"people.mail", "people.name", "companies.name", "invitations.mail"}
    assert set(await holding(database, MARK)) >= marked
    answer = await erase(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/erased")
    assert "clear-site-data" in answer.headers
    await work()
    assert await holding(database, MARK) == []
    files = [
        path
        for path in app.state.settings.var.rglob("*")
        if path.is_file() and path.suffix not in (".db", ".db-wal", ".db-shm")
    ]
    assert not [path for path in files if MARK.encode() in path.read_bytes()]
    assert MARK not in "".join(capfd.readouterr())
    people, companies = await states(database)
    assert (people[ana.public_id], companies[ana.company_public_id]) == ("erased", "closed")
    assert (people[bo.public_id], companies[bo.company_public_id]) == ("active", "active")
    with acting_as(SYSTEM):
        async with database.reading() as session:
            assert list(await session.scalars(select(Follow.person_id))) == [bo.person_id]
    assert (await client.get("/account/data")).status_code == 303, "the session is over"
    assert (await client.get("/account/erased")).status_code == 200


async def test_a_company_with_others_at_work_stays(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, company_a: int
) -> None:
    cleo = await add_person(app.state.database, "柯丽", company_id=company_a, second_factor=True)
    signed_in(client, cleo)
    assert (await erase(client)).status_code == 303
    people, companies = await states(app.state.database)
    assert people == {ana.public_id: "active", cleo.public_id: "erased"}
    assert companies[ana.company_public_id] == "active"


async def test_every_row_of_a_person_goes_with_them(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, company_a: int
) -> None:
    """Also where the company stays: of each table that its room declared."""
    database, now = app.state.database, clock.now()
    cleo = await add_person(database, "柯丽", company_id=company_a, second_factor=True)
    whose = {"person_id": cleo.person_id}

    async def fill(session: WriteSession) -> None:
        await follow(session, cleo.viewer(), [Subject("need", "mlps-l3")])
        await issue_link(session, "reset_password", person_id=cleo.person_id)
        await session.execute(insert(RecoveryCode).values(whose | {"code_hash": "x"}))
        key = {"public_id": "k", "credential_id": "c", "public_key": "p", "sign_count": 0, "name": "n"}
        await session.execute(insert(Passkey).values(whose | key | {"created_at": now}))

    with acting_as(SYSTEM):
        await run_write(database, fill)
    signed_in(client, cleo)
    await client.post("/account/data/copy")

    async def held() -> set[str]:
        with acting_as(SYSTEM):
            async with database.reading() as session:
                return {
                    one.rows.name
                    for one in HOLDINGS.every
                    if not one.is_kept
                    and (
                        await session.execute(
                            select(one.rows).where(one.rows.c[one.person] == cleo.person_id)
                        )
                    ).first()
                }

    tables = {"follows", "single_use_links", "recovery_codes", "passkeys", "data_copies", "sign_in_sessions"}
    assert await held() == tables
    assert (await erase(client)).status_code == 303
    assert await held() == set()


async def test_the_only_admin_hands_over_first(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, company_a: int
) -> None:
    cleo = await add_person(app.state.database, "柯丽", company_id=company_a)
    signed_in(client, ana)
    refused = await erase(client)
    assert refused.status_code == 409
    assert "先让一位同事当管理员" in refused.text
    promoted = update(Person).where(Person.id == cleo.person_id).values(role="admin")
    with acting_as(SYSTEM):
        await run_write(app.state.database, lambda session: session.execute(promoted))
    assert (await erase(client)).status_code == 303


@pytest.mark.parametrize("stays", [True, False])
async def test_of_two_who_erase_themselves_at_once_one_is_the_last(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, company_a: int, stays: bool
) -> None:
    database = app.state.database
    dan = await add_person(database, "丹", company_id=company_a, role="admin", second_factor=True)
    if stays:
        await add_person(database, "柯丽", company_id=company_a)
    async with client_of(app) as other:
        signed_in(client, ana)
        signed_in(other, dan)
        answers = await asyncio.gather(erase(client), erase(other))
    assert sorted(one.status_code for one in answers) == ([303, 409] if stays else [303, 303])
    _, companies = await states(database)
    assert companies[ana.company_public_id] == ("active" if stays else "closed")


async def test_the_only_platform_admin_hands_over_first(app: FastAPI, client: httpx.AsyncClient) -> None:
    database = app.state.database
    pia = await add_person(database, "皮亚", staff_roles=("platform_admin",), second_factor=True)
    signed_in(client, pia)
    assert (await erase(client)).status_code == 409
    await add_person(database, "另一位", staff_roles=("platform_admin",))
    assert (await erase(client)).status_code == 303


@pytest.mark.parametrize("typed", ["", "yes", "注 销", "x" * 3000])
async def test_without_the_word_nothing_happens(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, typed: str
) -> None:
    signed_in(client, ana)
    answer = await erase(client, typed=typed)
    assert answer.status_code == 422
    assert 'id="confirmation-error"' in answer.text
    body = {"confirmation": typed[:20]}
    assert (await client.post("/api/v1/account/data/erasure", json=body)).status_code == 422
    assert (await states(app.state.database))[0] == {ana.public_id: "active"}


async def test_over_json_the_word_erases_as_well(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    answer = await client.post("/api/v1/account/data/erasure", json={"confirmation": "erase"})
    assert answer.status_code == 204
    assert (await states(app.state.database))[0] == {ana.public_id: "erased"}


@pytest.fixture
def backup(app: FastAPI) -> Iterator[Path]:
    """Where a copy of the list of the erased is kept, apart from the database."""
    file: Path = app.state.settings.effective_tombstones
    yield file
    assert not file.with_name(f"{file.name}.new").exists()


async def bring_back(database: Database, who: Known) -> None:
    """As a restored backup would: name and mail are there again, and nothing tells of the erasure."""
    person = update(Person).where(Person.id == who.person_id)
    company = update(Company).where(Company.id == who.company_id)
    with acting_as(SYSTEM):
        async with database.engine.begin() as connection:
            await connection.execute(text("DELETE FROM tombstones"))
            await connection.execute(
                person.values(state="active", name="qzqzname", mail="qzqzmail@example.com")
            )
            await connection.execute(company.values(state="active", name="qzqzfirma", name_key="qzqzfirma"))


@pytest.mark.statement(61)
async def test_whoever_a_restore_brings_back_is_erased_again(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, bo: Known, work: Work, backup: Path
) -> None:
    database = app.state.database
    signed_in(client, ana)
    await erase(client)
    await work()
    assert [(one.kind, one.id) for one in read_tombstones(backup)] == [
        ("company", ana.company_public_id),
        ("person", ana.public_id),
    ]
    assert MARK not in kept_in(backup)
    await bring_back(database, ana)
    assert await holding(database, MARK)
    async with app.router.lifespan_context(app):
        pass  # a start, before anybody is served
    assert await holding(database, MARK) == []
    people, companies = await states(database)
    assert (people[ana.public_id], companies[ana.company_public_id]) == ("erased", "closed")
    assert people[bo.public_id] == "active"
    with acting_as(SYSTEM):
        assert await replay_tombstones(database, eraser_of(app.state.settings), backup) == 0


async def test_the_file_keeps_what_the_database_forgot(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, work: Work, backup: Path
) -> None:
    signed_in(client, ana)
    await erase(client)
    await work()
    before = kept_in(backup)
    await bring_back(app.state.database, ana)
    with acting_as(SYSTEM):
        assert await keep_tombstones(app.state.database, backup) == 2
    assert kept_in(backup) == before


@pytest.mark.parametrize("content", ["{", '{"kind": "person"}\n', '["person", "x"]\n', '{"other": 1}'])
def test_a_file_that_is_no_such_list_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "list.jsonl"
    file.write_text(content)
    with pytest.raises(Invalid):
        read_tombstones(file)


def test_a_list_holds_one_json_object_a_line(tmp_path: Path) -> None:
    file = tmp_path / "list.jsonl"
    file.write_text(json.dumps({"kind": "person", "id": "a", "at": ""}) + "\n\n")
    assert [one.id for one in read_tombstones(file)] == ["a"]
    assert read_tombstones(tmp_path / "missing") == []
