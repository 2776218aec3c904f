"""Seals: what was changed behind our back is found and named; any line can be proven to anybody."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.checking import check
from app.features.ledger.checking.keeping import check_and_keep
from app.features.ledger.sealing import merkle
from app.features.ledger.sealing.auditing import seal_auditor
from app.features.ledger.sealing.proving import check_proof
from app.features.ledger.sealing.publishing import publish, published_chains
from app.features.ledger.sealing.sealing import seal_all
from app.kit.errors import Invalid
from tests.features.ledger.books import BO, Books
from tests.features.ledger.people import Cast, cast
from tests.people import signed_in

EN = {"accept-language": "en"}
SECRET = "s" * 40
LEAVES = [merkle.leaf_of(bytes([number])) for number in range(9)]


@pytest.mark.parametrize("size", range(1, 10))
def test_every_leaf_climbs_to_the_root_and_no_other_does(size: int) -> None:
    leaves = LEAVES[:size]
    root = merkle.root_of(leaves)
    for at, leaf in enumerate(leaves):
        path = merkle.path_to(leaves, at)
        assert merkle.climb(leaf, path) == root
        assert merkle.climb(merkle.leaf_of(b"other"), path) != root


def test_a_node_does_not_pass_for_a_leaf() -> None:
    left, right = LEAVES[:2]
    assert merkle.leaf_of(bytes.fromhex(left) + bytes.fromhex(right)) != merkle.node_of(left, right)


async def some_books(books: Books) -> None:
    await books.top_up(amount=100)
    for _ in range(5):
        await books.buy(10, BO)


async def findings(books: Books, folder: Path | None = None) -> list[tuple[str, str]]:
    report = await check(books.database, auditors=[seal_auditor(folder)])
    return [(one.subject, one.detail) for one in report.findings if one.invariant == "seal"]


async def test_what_is_sealed_is_sealed_once_and_chained(books: Books) -> None:
    await some_books(books)
    assert await seal_all(books.database) == 6
    assert await seal_all(books.database) == 0
    await books.top_up(amount=1)
    assert await seal_all(books.database) == 1
    assert await findings(books) == []


async def test_refusals_are_sealed_too(books: Books) -> None:
    with pytest.raises(Exception, match="not enough"):
        await books.buy(10, BO)
    assert await seal_all(books.database) == 1


async def tamper(url: str, statement: str) -> None:
    """As somebody who owns the database and knows how to get past triggers."""
    owner = Database(url)
    async with owner.engine.begin() as connection:
        if owner.is_sqlite:
            names = (
                await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            ).all()
            for name in names:
                await connection.execute(text(f"DROP TRIGGER {name}"))
            await connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for one in statement.split(";"):
            await connection.execute(text(one))
    await owner.close()


TAMPERED = [
    ("UPDATE ledger_transfers SET cause_id = 'other' WHERE id = {at}", "was changed after seal"),
    ("UPDATE ledger_transfers SET created_at = '2020-01-01 00:00:00.000000' WHERE id = {at}", "was changed"),
    ("UPDATE ledger_transfers SET idem_key = 'other' WHERE id = {at}", "was changed after seal"),
    ("UPDATE ledger_entries SET amount = amount + 1, balance_after = balance_after + 1 "
     "WHERE transfer_id = {at}", "was changed after seal"),
    ("DELETE FROM ledger_entries WHERE transfer_id = {at}", "was changed after seal"),
]  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize(("statement", "problem"), TAMPERED)
async def test_a_row_that_was_tampered_with_is_named(
    database_url: str, owner_url: str, statement: str, problem: str
) -> None:
    books = Books(Database(database_url))
    await books.prepare()
    await some_books(books)
    await seal_all(books.database)
    assert await findings(books) == []
    await tamper(owner_url, statement.format(at=3))
    ((subject, detail),) = await findings(books)
    assert subject == "transfer 3"
    assert detail.startswith(problem)
    await books.database.close()


async def test_whoever_reseals_what_he_changed_is_caught_by_what_was_published(
    sqlite_url: str, tmp_path: Path
) -> None:
    books = Books(Database(sqlite_url))
    await books.prepare()
    await some_books(books)
    await seal_all(books.database)
    folder = tmp_path / "published"
    assert await publish(books.database, folder, SECRET) == 1
    assert await publish(books.database, folder, SECRET) == 0
    assert list(published_chains(folder)) == [1]
    await tamper(
        sqlite_url,
        "UPDATE ledger_transfers SET cause_id = 'other' WHERE id = 3;"
        "DELETE FROM ledger_seal_items; DELETE FROM ledger_seals",
    )
    assert await findings(books) == []  # the database agrees with itself
    assert await findings(books, folder) == [("seal 1", "was published, and is gone")]
    await seal_all(books.database)
    assert await findings(books, folder) == [("seal 1", "another value was published")]
    (folder / "ledger-seals-2020-01-01.jsonl").write_text("nonsense\n")
    assert ("file ledger-seals-2020-01-01.jsonl", "is not as it was published") in await findings(
        books, folder
    )
    await books.database.close()


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    return await cast(app)


async def proof_of(people: Cast, client: httpx.AsyncClient) -> dict[str, Any]:
    await people.books.top_up(people.ana_id, 100)
    sale = await people.books.buy(40, people.bo_id, buyer=people.ana_id)
    signed_in(client, people.bo)
    address = f"/wallet/transfers/{sale.public_id}/proof"
    assert (await client.get(f"/api/v1{address}")).status_code == 409  # not sealed yet
    with acting_as(SYSTEM):
        await seal_all(people.books.database)
    file = await client.get(address)
    assert file.json() == (await client.get(f"/api/v1{address}")).json()
    assert "attachment" in file.headers["content-disposition"]
    proof: dict[str, Any] = file.json()
    return proof


async def test_a_line_is_proven_to_anybody_and_tells_of_nobody_else(
    people: Cast, client: httpx.AsyncClient
) -> None:
    proof = await proof_of(people, client)
    shown = [leg for leg in proof["legs"] if isinstance(leg, dict)]
    assert [leg["told"][2] for leg in shown] == [people.bo.company_public_id]
    assert people.ana.company_public_id not in json.dumps(proof)
    client.cookies.clear()
    answer = (await client.post("/api/v1/books/proof", json={"proof": proof})).json()
    assert (answer["kind"], answer["legs"][0]["amount"], answer["seal"]) == ("download", 36_000, 1)
    page = await client.post("/books/proof", data={"proof": json.dumps(proof)}, headers=EN)
    assert page.status_code == 200
    assert "The proof holds" in page.text
    assert "36\u00a0credits" in page.text


async def test_nobody_is_handed_a_proof_of_what_was_tampered_with(
    people: Cast, client: httpx.AsyncClient, owner_url: str
) -> None:
    sale = (await proof_of(people, client))["head"][0]
    await tamper(owner_url, "UPDATE ledger_entries SET balance_after = balance_after + 1 WHERE leg = 2")
    address = f"/wallet/transfers/{sale}/proof"
    page, answer = await client.get(address, headers=EN), await client.get(f"/api/v1{address}", headers=EN)
    assert (page.status_code, answer.status_code) == (409, 409)
    assert "was changed after it was sealed" in page.text
    assert "was changed after it was sealed" in answer.json()["detail"]
    assert "path" not in answer.json()
    people.books.is_damaged = True


async def test_a_proof_that_was_changed_anywhere_fails(people: Cast, client: httpx.AsyncClient) -> None:
    proof = await proof_of(people, client)
    at = next(number for number, leg in enumerate(proof["legs"]) if isinstance(leg, dict))
    changes: list[tuple[list[Any], Any]] = [
        (["legs", at, "told", 6], 99_000),
        (["legs", at, "salt"], "0" * 32),
        (["head", 0], "other"),
        (["hidden"], "0" * 64),
        (["path", 0, 1], "0" * 64),
        (["seal", "root"], "0" * 64),
        (["seal", "id"], 2),
        (["seal", "chain"], "0" * 64),
    ]
    for place, value in changes:
        changed = json.loads(json.dumps(proof))
        inner = changed
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
        with pytest.raises(Invalid):
            check_proof(changed)
        answer = await client.post("/api/v1/books/proof", json={"proof": changed})
        assert answer.status_code == 422, place


async def test_a_proof_of_other_books_is_told_from_ours(people: Cast, client: httpx.AsyncClient) -> None:
    proof = await proof_of(people, client)
    seal = proof["seal"]
    seal["previous"] = "1" * 64
    seal["chain"] = merkle.chain_of(seal["previous"], seal["id"], seal["root"], seal["size"])
    answer = await client.post("/api/v1/books/proof", json={"proof": proof}, headers=EN)
    assert answer.status_code == 422
    assert "not of a seal of this platform" in answer.json()["detail"]


INFINITE = '{"version":1,"legs":[],"path":[],"head":[],"hidden":"","seal":{"id":Infinity}}'


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "{}",
        "[]",
        "null",
        "7",
        "{",
        '{"version":1,"legs":7}',
        "[" * 9_000,
        "x" * 60_000,
        INFINITE,
        '{"a":"\ud800"}',
    ],
)
async def test_what_is_no_proof_is_said_to_be_none(client: httpx.AsyncClient, pasted: str) -> None:
    answer = await client.post(
        "/books/proof", data={"proof": pasted.encode("utf-8", "replace").decode()}, headers=EN
    )
    assert answer.status_code == 422


async def test_the_public_page_shows_the_last_check(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    page = await client.get("/books", headers=EN)
    assert "Not checked yet" in page.text
    assert (await client.get("/api/v1/books")).json()["balanced"] is None
    await people.books.top_up(people.ana_id, 100)
    await check_and_keep(app.state.database)
    with acting_as(SYSTEM):
        await seal_all(app.state.database)
    told = (await client.get("/api/v1/books")).json()
    assert (told["balanced"], told["transfers"], told["entries"]) == (True, 1, 2)
    assert told["outstanding"] == [{"asset": "CR", "minor": 100_000, "plain": "100"}]
    for language, words in (("en", "The books balance"), ("zh-CN", "账目平衡")):
        page = await client.get("/books", headers={"accept-language": language})
        assert words in page.text
        assert told["seal"]["chain"] in page.text
