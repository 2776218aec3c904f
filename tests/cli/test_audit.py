"""`topctl audit verify`."""

import asyncio
import sqlite3
from pathlib import Path

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.audit.recording import record_audit
from app.kit.viewer import OPERATOR
from tests.cli.conftest import Topctl


def fill(var: Path) -> None:
    async def work(session: WriteSession) -> None:
        for _ in range(3):
            await record_audit(session, OPERATOR, "test.done")

    async def run() -> None:
        database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
        await run_write(database, work)
        await database.close()

    asyncio.run(run())


def test_a_whole_trail_holds_and_a_changed_entry_is_named(topctl: Topctl, own_copy: Path) -> None:
    fill(own_copy)
    holding = topctl("audit", "verify")
    assert (holding.status, "The audit trail holds: " in holding.out) == (0, True)
    told = topctl("audit", "verify", "--json").json
    assert (told["holds"], told["broken_at"], told["problem"]) == (True, None, None)
    with sqlite3.connect(own_copy / "top.db") as connection:
        connection.execute("DROP TRIGGER audit_entries_no_update")
        connection.execute("UPDATE audit_entries SET action = 'test.other' WHERE id = 2")
    broken = topctl("audit", "verify")
    assert broken.status == 1
    assert "entry 2 was changed (1 before it hold)" in broken.err
    told = topctl("audit", "verify", "--json")
    assert (told.status, told.json["broken_at"], told.json["problem"]) == (1, 2, "changed")


def test_exported_heads_are_compared(topctl: Topctl, own_copy: Path, tmp_path: Path) -> None:
    fill(own_copy)
    exported = tmp_path / "heads"
    exported.mkdir()
    file = exported / "audit-head-2026-11-29.json"
    file.write_text(f'{{"entry": 2, "hash": "{"a" * 64}"}}', "utf-8")
    assert "entry 2 is not what was exported" in topctl("audit", "verify", TOP_AUDIT_EXPORT=str(exported)).err
    assert topctl("audit", "verify", "--exports", exported).status == 1
    file.write_text("{", "utf-8")
    assert (
        "Not an exported head: audit-head-2026-11-29.json"
        in topctl("audit", "verify", "--exports", exported).err
    )
