"""A deploy ends with a check of the books: `topctl prepare`, and `topctl serve` under other code."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli import preparing
from app.db.engine import Database
from app.features.ledger.actions import run_posting
from app.settings import Settings
from tests.application import ORGANISATIONS
from tests.cli.conftest import Topctl
from tests.cli.test_ledger import CHINESE
from tests.postgresql import PostgresForTests

# One account, whose credits come from nowhere.
WRONG = (
    "INSERT INTO ledger_accounts (kind, owner_id, asset, shard, balance, seq) VALUES (26, 0, 'CR', 0, 5, 0)"
)


def in_database(var: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(var / "top.db")) as connection, connection:
        return connection.execute(statement).fetchall()


def checks(var: Path) -> list[tuple[object, ...]]:
    return in_database(var, "SELECT extent, is_clean FROM ledger_checks ORDER BY id")


def test_preparing_ends_with_a_full_check_that_is_kept(topctl: Topctl, own_copy: Path) -> None:
    assert checks(own_copy) == [("full", 1)]
    ended = topctl("prepare")
    assert ended.status == 0
    assert "Checking the books" in ended.err
    assert "核对账簿" in topctl("prepare", **CHINESE).err
    assert checks(own_copy) == [("full", 1)] * 3
    told = topctl("doctor", "--json").json
    assert (told["books_balance"], told["books_checked_hours_ago"]) == (True, 0.0)


def test_wrong_books_end_a_deploy_with_a_status_of_their_own(topctl: Topctl, own_copy: Path) -> None:
    in_database(own_copy, WRONG)
    english, chinese = topctl("prepare"), topctl("prepare", **CHINESE)
    assert (english.status, chinese.status) == (3, 3)
    assert "I10  account 1  suspense is zero: balance 5" in english.err
    assert "The books do not hold; all else is ready" in english.err
    assert "I10  account 1  待查账户为零" in chinese.err
    assert "账簿核对不符" in chinese.err
    assert checks(own_copy)[-1] == ("full", 0)
    ill = topctl("doctor", "--json")
    assert (ill.status, ill.json["books_balance"]) == (1, False)
    assert any("topctl ledger check" in action for action in ill.json["actions"])
    assert topctl("ledger", "check", "--since-checkpoint").status == 1


def test_books_that_nobody_checks_any_more_are_told(topctl: Topctl, own_copy: Path) -> None:
    in_database(own_copy, "UPDATE ledger_checks SET as_of = '2020-01-01 00:00:00.000000'")
    topctl("ledger", "check", "--since-checkpoint")  # no check of all of the books
    late = topctl("doctor", "--json")
    assert (late.status, late.json["books_balance"]) == (1, True)
    assert any("were not checked for" in action for action in late.json["actions"])
    in_database(own_copy, "DELETE FROM ledger_checks")
    assert any("never checked" in action for action in topctl("doctor", "--json").json["actions"])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `topctl serve` came to: it prepares in a real child, and here ends before it listens for good."""
    came_to: list[str] = []
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: came_to.append("serving"))
    monkeypatch.setattr("app.cli.serving.gc.disable", lambda: None)
    monkeypatch.setattr("app.cli.serving._listen", lambda _: None)
    return came_to


def test_a_start_under_the_same_code_checks_nothing(
    topctl: Topctl, own_copy: Path, served: list[str]
) -> None:
    moved_in(topctl)
    before = checks(own_copy)
    assert topctl("serve").status == 0
    assert (served, checks(own_copy)) == (["serving"], before)


def moved_in(topctl: Topctl) -> None:
    """The copy lies elsewhere than what it was copied from."""
    assert topctl("prepare").status == 0


def test_a_start_under_other_code_checks_the_books(
    topctl: Topctl, own_copy: Path, served: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved_in(topctl)
    code = tmp_path / "code"
    (code / "app").mkdir(parents=True)
    (code / "app" / "posting.py").write_text("# the code before")
    with monkeypatch.context() as patch:  # the child looks at its own code
        patch.setattr(preparing, "_ROOT", code)
        before = checks(own_copy)
        assert topctl("serve").status == 0
    assert (served, checks(own_copy)) == (["serving"], [*before, ("full", 1)])


def test_wrong_books_are_told_at_each_start_and_looking_up_goes_on(
    topctl: Topctl, own_copy: Path, served: list[str]
) -> None:
    moved_in(topctl)
    in_database(own_copy, WRONG)
    assert topctl("prepare").status == 3
    for _ in range(2):
        assert topctl("serve").status == 0
    assert served == ["serving", "serving"]
    assert checks(own_copy)[-3:] == [("full", 0)] * 3


def test_what_cannot_be_prepared_is_not_served(topctl: Topctl, own_copy: Path, served: list[str]) -> None:
    (own_copy / "top.db").write_bytes(b"no database" * 1_000)
    assert topctl("serve").status == 1
    assert served == []


def test_the_digest_is_of_the_code_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    file = tmp_path / "migrations" / "versions" / "first.py"
    file.parent.mkdir(parents=True)
    monkeypatch.setattr(preparing, "_ROOT", tmp_path)
    digests = []
    for content in ("# one", "# two"):
        file.write_text(content)
        digests.append(preparing._digest(settings))
    assert digests[0] != digests[1]


def test_the_plain_role_of_postgresql_checks_after_the_owner_migrated(
    topctl: Topctl, postgres: PostgresForTests, tmp_path: Path
) -> None:
    with postgres.database() as plain:
        roles = {"TOP_DATABASE_URL": plain, "TOP_MIGRATION_DATABASE_URL": postgres.as_owner(plain)}
        assert topctl("import", "organisations", ORGANISATIONS, **roles).status == 0
        assert topctl("prepare", **roles).status == 0
        asyncio.run(_credit_from_nowhere(plain))
        ended = topctl("prepare", **roles)
        assert ended.status == 3
        assert "suspense is zero: balance 5" in ended.err
        assert topctl("doctor", "--json", TOP_DATABASE_URL=plain).json["books_balance"] is False


async def _credit_from_nowhere(url: str) -> None:
    database = Database(url)
    await run_posting(database, lambda session: session.execute(text(WRONG)))
    await database.close()
