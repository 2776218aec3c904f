"""`topctl ledger …` on a real database: what it tells people and machines, and its exit status."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.cli.ledger import commands
from app.db.engine import Database
from app.features.ledger import actions
from app.features.ledger.kinds import AccountKind
from app.features.ledger.sealing.proving import check_proof
from app.features.ledger.sealing.sealing import seal_all
from tests.cli.conftest import Ended, Topctl, run_topctl
from tests.features.ledger.books import ANA, BO, FINANCE, Books
from tests.features.ledger.test_check import Keys

CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
Ledger = Callable[..., Ended]
SALE = "(SELECT min(id) FROM ledger_transfers WHERE kind = 4)"
SALE_CHANGED = f"UPDATE ledger_transfers SET cause_id = 'other' WHERE id = {SALE}"


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Ledger:
    def run(*arguments: object, **environment: str) -> Ended:
        places = {"TOP_DATABASE_URL": database_url, "TOP_VAR": str(tmp_path / "var")}
        return run_topctl("ledger", *arguments, **(places | environment))

    return run


def in_books(url: str, work: Callable[[Books], Any]) -> Any:
    async def run() -> Any:
        books = Books(Database(url))
        try:
            return await work(books)
        finally:
            await books.database.close()

    return asyncio.run(run())


@pytest.fixture
def sale(database_url: str) -> str:
    """Ana (c1) had 100 credits and bought for 10 from Bo (c2): the second transfer, not sealed yet."""

    async def fill(books: Books) -> str:
        await books.prepare()
        await books.top_up(ANA, 100)
        return (await books.buy(10, BO)).public_id

    return str(in_books(database_url, fill))


@pytest.fixture
def sealed_sale(database_url: str, sale: str) -> str:
    in_books(database_url, lambda books: seal_all(books.database))
    return sale


def tamper(owner_url: str, *statements: str) -> None:
    asyncio.run(Keys(owner_url).do(*statements))


def test_check_tells_people_in_their_language_and_machines(ledger: Ledger, sealed_sale: str) -> None:
    english, chinese = ledger("check"), ledger("check", **CHINESE)
    assert (english.status, chinese.status) == (0, 0)
    assert "2 transfers (0 rejected), 5 entries" in english.out
    assert "Partners hold 99 credits" in english.out.replace("\u00a0", " ")
    assert "The books balance." in english.out
    assert "2 笔转账（0 笔被拒绝），5 条分录" in chinese.out
    assert "账目平衡。" in chinese.out
    for extent in ("full", "since_checkpoint"):
        told = ledger("check", f"--{extent.replace('_', '-')}", "--json")
        assert told.status == 0
        assert told.json["extent"] == extent
        assert (told.json["clean"], told.json["findings"]) == (True, [])
        assert (told.json["transfers"], told.json["entries"]) == (2, 5)
        assert told.json["outstanding"] == {"CR": 99_000}
        assert {"I1", "I2", "I3", "I4", "I5", "I6", "I7", "I9", "I10"} <= set(told.json["checked"])


def test_a_tampered_row_is_named_by_check_and_by_prove(
    ledger: Ledger, sealed_sale: str, owner_url: str
) -> None:
    tamper(owner_url, SALE_CHANGED)
    english, chinese, machine = ledger("check"), ledger("check", **CHINESE), ledger("check", "--json")
    assert (english.status, chinese.status, machine.status) == (1, 1, 1)
    assert "sealed transfers and entries are as they were" in english.err
    assert f"was changed after seal; public id {sealed_sale}" in english.err
    assert "The books do not hold" in english.err
    assert "The books balance" not in english.out
    assert f"封存后的转账与分录没有改动: 封存后被改动；编号 {sealed_sale}" in chinese.err
    had_triggers_in_the_way = owner_url.startswith("sqlite")
    assert ("ledger_entries_no_update" in english.err) == ("缺失" in chinese.err) == had_triggers_in_the_way
    assert "账目有误" in chinese.err
    named = [(one["invariant"], one["subject"]) for one in machine.json["findings"]]
    assert any(invariant == "seal" and subject.startswith("transfer ") for invariant, subject in named)
    assert machine.json["clean"] is False
    for entry in (sealed_sale, f"{sealed_sale}/1"):
        refused = ledger("prove", entry)
        assert (refused.status, refused.out) == (1, "")
        assert f"Transfer {sealed_sale} was changed after it was sealed" in refused.err
    assert f"转账 {sealed_sale} 在封存之后被改动过" in ledger("prove", sealed_sale, **CHINESE).err


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            f"UPDATE ledger_entries SET amount = amount + 1 WHERE transfer_id = {SALE} AND leg = 1",
            "was changed",
        ),
        (f"DELETE FROM ledger_entries WHERE transfer_id = {SALE}", "was changed"),
        (f"UPDATE ledger_transfers SET kind = 999 WHERE id = {SALE}", "was changed"),
        (f"UPDATE ledger_transfers SET state = 'rejected', reason = 'x' WHERE id = {SALE}", "was changed"),
        ("UPDATE ledger_seals SET chain = previous", "Seal 1, which holds transfer"),
        ("DELETE FROM ledger_seal_items WHERE transfer_id = 1", "Seal 1, which holds transfer"),
    ],
)
def test_whatever_was_changed_no_false_proof_is_handed_out(
    ledger: Ledger, sealed_sale: str, owner_url: str, statement: str, told: str
) -> None:
    tamper(owner_url, statement)
    refused = ledger("prove", sealed_sale)
    assert (refused.status, refused.out) == (1, "")
    assert told in refused.err
    assert ledger("check").status == 1


def test_prove_prints_what_anybody_can_check(ledger: Ledger, sealed_sale: str) -> None:
    whole = ledger("prove", sealed_sale)
    assert whole.status == 0
    proven = check_proof(whole.json)
    assert (proven.transfer, proven.seal, len(proven.legs)) == (sealed_sale, 1, 3)
    assert {"version", "head", "hidden", "legs", "path", "seal"} == set(whole.json)
    alone = ledger("prove", f"{sealed_sale}/1")
    (leg,) = check_proof(alone.json).legs
    assert (leg.account, leg.owner, leg.amount) == (AccountKind.WALLET, "c1", -10_000)
    assert '"c2"' in whole.out
    assert '"c2"' not in alone.out, "legs that were not asked for are told"


def test_what_cannot_be_proven_is_told_with_another_status(ledger: Ledger, sale: str) -> None:
    expected = {
        sale: ("not sealed yet", "还没有封存"),
        "nobody-knows": ("no such transfer", "没有这笔转账"),
        f"{sale}/9": ("has no leg 9; it has 3", "没有第 9 条分录"),
        f"{sale}/0": ("has no leg 0", "没有第 0 条分录"),
        f"{sale}/one": ("transfer/leg", "第几条分录"),
        f"{sale}/²": ("transfer/leg", "第几条分录"),
        "": ("transfer/leg", "第几条分录"),
        "a b": ("transfer/leg", "第几条分录"),
    }
    for entry, (english, chinese) in expected.items():
        ended = ledger("prove", entry)
        assert (ended.status, ended.out) == (2, ""), entry
        assert english in ended.err
        assert chinese in ledger("prove", entry, **CHINESE).err


def test_a_refusal_is_proven_too(ledger: Ledger, database_url: str, sale: str) -> None:
    async def refuse(books: Books) -> Any:
        with pytest.raises(Exception, match="not enough"):
            await books.buy(1_000, BO)
        await seal_all(books.database)
        async with books.reading() as session:
            return await session.scalar(
                text("SELECT public_id FROM ledger_transfers WHERE state = 'rejected'")
            )

    proof = ledger("prove", in_books(database_url, refuse))
    assert (proof.status, proof.json["head"][2], proof.json["legs"]) == (0, "rejected", [])


def test_books_sealed_anew_are_caught_by_what_was_published(
    ledger: Ledger, sale: str, owner_url: str, tmp_path: Path
) -> None:
    exported = {"TOP_SEAL_EXPORT": str(tmp_path / "published")}
    assert "2 transfers sealed, 1 chain values published." in ledger("seal", **exported).out
    assert "封存 0 笔转账，公布 0 个链值。" in ledger("seal", **exported, **CHINESE).out
    tamper(owner_url, SALE_CHANGED, "DELETE FROM ledger_seal_items", "DELETE FROM ledger_seals")
    assert ledger("seal", "--all").status == 0
    assert ledger("prove", sale).status == 0  # the database agrees with itself
    refused = ledger("prove", sale, **exported)
    assert (refused.status, refused.out) == (1, "")
    assert "Seal 1 is not the one that was published" in refused.err
    assert ("seal 1", "another value was published") in found(ledger("check", "--json", **exported))


def found(checked: Ended) -> list[tuple[str, str]]:
    assert checked.status == 1
    return [(one["subject"], one["detail"]) for one in checked.json["findings"]]


def test_a_published_file_that_says_nothing_is_named(
    ledger: Ledger, sealed_sale: str, tmp_path: Path
) -> None:
    (tmp_path / "ledger-seals-2026-11-29.jsonl").write_text("nonsense\n")
    exported = {"TOP_SEAL_EXPORT": str(tmp_path)}
    told = ("file ledger-seals-2026-11-29.jsonl", "is not as it was published")
    assert told in found(ledger("check", "--json", **exported))
    for command, status in ((["prove", sealed_sale], 2), (["seal"], 1)):
        ended = ledger(*command, **exported)
        assert ended.status == status
        assert "Not a file of published seals, in TOP_SEAL_EXPORT: ledger-seals-2026-11-29" in ended.err


def test_balances_in_words_and_in_thousandths(ledger: Ledger, database_url: str, sale: str) -> None:
    async def freeze(books: Books) -> None:
        await books.run(
            lambda s: actions.freeze_account(
                s, company_id=BO, kind=AccountKind.WALLET, days=3, reason="asked", actor_id=FINANCE
            )
        )

    in_books(database_url, freeze)
    told = ledger("balances", "c1", "--json")
    assert told.status == 0
    assert told.json == {
        "spendable": 90_000,
        "bonus": 0,
        "pending": 0,
        "available": 0,
        "debt": 0,
        "deposit": 0,
        "deposit_money": 0,
        "frozen_until": {},
    }
    seller = ledger("balances", "c2", "--json").json
    assert (seller["pending"], list(seller["frozen_until"])) == (9_000, ["wallet"])
    english = ledger("balances", "c2").out.replace("\u00a0", " ")
    chinese = ledger("balances", "c2", **CHINESE).out.replace("\u00a0", " ")
    assert "Pending earnings  9 credits" in english
    assert "Spendable credits  0 credits  (frozen until 2" in english
    assert "待结算收益  9 积分" in chinese
    assert "可用积分  0 积分  （冻结至 2" in chinese.replace("(", "（")


def test_a_statement_with_the_cause_of_each_line(ledger: Ledger, sale: str) -> None:
    lines = [json.loads(line) for line in ledger("statement", "c1", "--json").out.splitlines()]
    assert [(one["kind"], one["account"], one["minor"], one["balance_after"]) for one in lines] == [
        ("download", "wallet", -10_000, 90_000),
        ("top_up", "wallet", 100_000, 100_000),
    ]
    assert lines[0]["entry"] == f"{sale}/1"
    assert lines[0]["cause"][0] == "purchase"
    assert set(lines[0]) == {
        "entry", "at", "kind", "account", "asset", "minor", "balance_after", "cause",
    }  # fmt: skip
    english, chinese = ledger("statement", "c1"), ledger("statement", "c1", **CHINESE)
    assert len(english.out.splitlines()) == 2
    assert f"{sale}/1" in english.out
    assert "Top-up  Spendable credits" in english.out
    assert "充值  可用积分" in chinese.out
    assert len(ledger("statement", "c1", "--limit", 1).out.splitlines()) == 1
    empty = ledger("statement", "c3")
    assert (empty.status, empty.out.strip()) == (0, "There are no entries yet.")
    assert "还没有任何分录。" in ledger("statement", "c3", **CHINESE).out
    assert ledger("statement", "c3", "--json").out == ""


@pytest.mark.parametrize("command", ["balances", "statement"])
def test_a_company_nobody_knows_is_told(ledger: Ledger, sale: str, command: str) -> None:
    ended = ledger(command, "nobody", "--json")
    assert (ended.status, ended.out) == (1, "")
    assert "There is no company of this id" in ended.err
    assert "没有这个公司编号" in ledger(command, "nobody", **CHINESE).err
    assert ledger(command).status == 2
    assert ledger("statement", "c1", "--limit", 0).status == 2


def test_checkpoints_and_due_work_are_counted(ledger: Ledger, database_url: str, sale: str) -> None:
    taken = ledger("checkpoint")
    assert (taken.status, taken.out.strip()) == (0, "4 accounts written down.")
    assert ledger("checkpoint", **CHINESE).out.strip() == "记下 0 个账户。"
    assert "0 released, 0 expired." in ledger("due").out
    in_books(database_url, lambda books: books.make_due())
    assert "结算 1 批，收回 0 笔赠送。" in ledger("due", **CHINESE).out
    assert ledger("balances", "c2", "--json").json["available"] == 9_000
    assert ledger("check", "--since-checkpoint").status == 0


# What each command needs to be called at all; a new one fails here until it stands in the list.
NEEDS: dict[str, list[str]] = {
    "balances": ["c1"],
    "check": [],
    "checkpoint": [],
    "due": [],
    "prove": ["abc"],
    "seal": [],
    "statement": ["c1"],
}
NOT_RUN = {"check": 2, "prove": 2}


def test_every_command_is_shown_here() -> None:
    assert {command.name for command in commands.registered_commands} == set(NEEDS)


@pytest.mark.parametrize("command", NEEDS)
def test_without_a_prepared_database_the_way_out_is_told(topctl: Topctl, command: str) -> None:
    ended = topctl("ledger", command, *NEEDS[command])
    assert (ended.status, ended.out) == (NOT_RUN.get(command, 1), "")
    assert "topctl prepare" in ended.err
    assert "数据库尚未准备好" in topctl("ledger", command, *NEEDS[command], **CHINESE).err


@pytest.mark.parametrize("command", NEEDS)
def test_a_database_that_cannot_be_read_is_told(topctl: Topctl, tmp_path: Path, command: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "top.db").write_bytes(b"no database" * 1_000)
    ended = topctl("ledger", command, *NEEDS[command])
    assert (ended.status, ended.out) == (NOT_RUN.get(command, 1), "")
    assert "The database is unavailable" in ended.err
    wrong = topctl("ledger", command, *NEEDS[command], TOP_DATABASE_URL="mysql://x/y")
    assert wrong.status == NOT_RUN.get(command, 78)
    assert "TOP_DATABASE_URL" in wrong.err


def test_a_fault_of_the_program_is_no_violation(
    ledger: Ledger, sale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("app.cli.ledger.check_and_keep", fail)
    ended = ledger("check")
    assert ended.status == 2
    assert "a fault" in ended.err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_process_itself_ends_with_these_statuses(
    database_url: str, owner_url: str, sealed_sale: str, tmp_path: Path
) -> None:
    environment = os.environ | {
        "TOP_DATABASE_URL": database_url, "TOP_VAR": str(tmp_path), "LC_ALL": "en_GB.UTF-8",
    }  # fmt: skip

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "ledger", *arguments],
            env=environment | more, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert json.loads(run("check", "--json").stdout)["clean"] is True
    assert check_proof(json.loads(run("prove", sealed_sale).stdout)).transfer == sealed_sale
    away = {"TOP_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/none/top.db"}
    assert (run("check", **away).returncode, run("prove", sealed_sale, **away).returncode) == (2, 2)
    tamper(owner_url, SALE_CHANGED)
    checked, proven = run("check"), run("prove", sealed_sale)
    assert (checked.returncode, proven.returncode) == (1, 1)
    assert sealed_sale in checked.stderr
    assert sealed_sale in proven.stderr
    assert "Traceback" not in checked.stderr + proven.stderr
