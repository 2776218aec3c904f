"""`topctl registry review`, `merge`, `rename` and `split`."""

import asyncio
from pathlib import Path

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.loading import load_pack
from app.features.registry.life.reporting import Draft, submit
from app.kit.ids import stable_id
from tests.cli.conftest import Topctl

THIRD = stable_id("organisation", "北京大学第三医院")


def report(var: Path, **proposed: str) -> str:
    async def send() -> str:
        database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
        draft = Draft("correction", "organisation", THIRD, "见官网", proposed)
        try:
            return await run_write(database, lambda session: submit(session, draft, load_pack()))
        finally:
            await database.close()

    return asyncio.run(send())


def test_reports_are_listed_and_accepted(topctl: Topctl, own_copy: Path) -> None:
    first = report(own_copy, name="北京大学第三临床医院")
    listed = topctl("registry", "review").out
    assert f"{first}  " in listed
    assert "    name: 北京大学第三临床医院\n    见官网\n" in listed
    assert topctl("registry", "review", first, "--accept", "--reason", "官网如此").out == "Accepted\n"
    assert "No report is waiting" in topctl("registry", "review").out
    assert topctl("lookup", "北京大学第三医院", "--json").json["name"] == "北京大学第三临床医院"


def test_a_decision_needs_a_side_and_a_reason(topctl: Topctl, own_copy: Path) -> None:
    one = report(own_copy, city="昆明市")
    assert [each["public_id"] for each in topctl("registry", "review", "--json").json] == [one]
    assert "--accept or --refuse" in topctl("registry", "review", one).err
    assert "Give a reason" in topctl("registry", "review", one, "--accept").err
    assert topctl("registry", "review", one, "--refuse", "--reason", "不是").out == "Refused\n"
    assert "nothing changed" in topctl("registry", "review", one, "--refuse", "--reason", "不是").out


def test_a_merge_is_found_at_once(topctl: Topctl, own_copy: Path) -> None:
    other = topctl("lookup", "北京大学人民医院", "--json").json["id"]
    assert topctl("registry", "merge", THIRD, other).out == "北京大学第三医院 -> 北京大学人民医院\n"
    assert topctl("lookup", "北京大学第三医院", "--json").json["id"] == other
    again = topctl("registry", "merge", THIRD, other)
    assert (again.status, again.out) == (1, "")
    assert "was merged into" in again.err
