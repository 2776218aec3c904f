"""Whatever is done to the trail behind its back, verifying names the first entry that is not as written."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.audit import verifying
from app.features.members.audit.exporting import export_head, exported_heads
from app.features.members.audit.models import AuditEntry, AuditHead
from app.features.members.audit.recording import chained, record_audit
from app.features.members.audit.verifying import Verdict, verify_chain
from app.kit.viewer import Viewer

ENTRIES = 7
Change = Callable[[WriteSession], Awaitable[None]]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "BATCH", 3)


async def fill(database: Database, count: int = ENTRIES) -> None:
    async def work(session: WriteSession) -> None:
        for number in range(count):
            await record_audit(session, Viewer(person_id=number), "test.done", object_id=f"o{number}")

    await run_write(database, work)


async def tamper(database: Database, change: Change) -> None:
    """As somebody would who owns the database: the triggers are gone while he does."""
    async with database.engine.begin() as connection:
        if database.is_sqlite:
            for verb in ("update", "delete"):
                await connection.execute(text(f"DROP TRIGGER audit_entries_no_{verb}"))
        else:
            await connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
    await run_write(database, change)


async def verdict(database: Database, exported: dict[int, str] | None = None) -> Verdict:
    async with database.reading() as session:
        return await verify_chain(session, exported=exported)


async def alter(session: WriteSession) -> None:
    await session.execute(update(AuditEntry).where(AuditEntry.id == 4).values(actor_id=99))


async def alter_and_rehash(session: WriteSession) -> None:
    row = (await session.execute(select(*AuditEntry.__table__.c).where(AuditEntry.id == 4))).one()
    changed = dict(row._mapping) | {"actor_id": 99}
    rehashed = update(AuditEntry).where(AuditEntry.id == 4)
    await session.execute(rehashed.values(actor_id=99, hash=chained(changed)))


async def remove(session: WriteSession) -> None:
    await session.execute(delete(AuditEntry).where(AuditEntry.id == 4))


async def cut_off(session: WriteSession) -> None:
    await session.execute(delete(AuditEntry).where(AuditEntry.id > 5))


async def cut_off_with_head(session: WriteSession) -> None:
    await cut_off(session)
    last = await session.scalar(select(AuditEntry.hash).where(AuditEntry.id == 5))
    await session.execute(update(AuditHead).values(entry_id=5, hash=last))


async def turn_back_head(session: WriteSession) -> None:
    fifth = await session.scalar(select(AuditEntry.hash).where(AuditEntry.id == 5))
    await session.execute(update(AuditHead).values(entry_id=5, hash=fifth))


async def forge_head(session: WriteSession) -> None:
    await session.execute(update(AuditHead).values(hash="f" * 64))


@pytest.mark.statement(20)
@pytest.mark.parametrize(
    ("change", "broken_at", "problem"),
    [
        (alter, 4, "changed"),
        (alter_and_rehash, 5, "unchained"),
        (remove, 4, "missing"),
        (cut_off, 6, "missing"),
        (turn_back_head, 6, "beyond_head"),
        (forge_head, ENTRIES, "head"),
    ],
)
async def test_the_first_broken_entry_is_named(
    owned_database: Database, change: Change, broken_at: int, problem: str
) -> None:
    await fill(owned_database)
    assert await verdict(owned_database) == Verdict(ENTRIES, (await verdict(owned_database)).head)
    await tamper(owned_database, change)
    found = await verdict(owned_database)
    assert (found.broken_at, found.problem, found.holds) == (broken_at, problem, False)


@pytest.mark.statement(20)
async def test_a_chain_cut_off_with_its_head_is_betrayed_by_what_was_exported(
    owned_database: Database, tmp_path: Path
) -> None:
    await fill(owned_database)
    await export_head(owned_database, tmp_path, date(2026, 11, 29))
    await fill(owned_database)
    heads = exported_heads(tmp_path)
    assert (await verdict(owned_database, heads)).holds
    await tamper(owned_database, cut_off_with_head)
    assert (await verdict(owned_database)).holds
    found = await verdict(owned_database, heads)
    assert (found.broken_at, found.problem) == (ENTRIES, "missing")


async def test_a_chain_written_anew_is_betrayed_by_what_was_exported(database: Database) -> None:
    await fill(database)
    found = await verdict(database, {3: "a" * 64})
    assert (found.broken_at, found.problem, found.entries) == (3, "export", 2)


async def test_an_empty_trail_holds(database: Database, tmp_path: Path) -> None:
    await export_head(database, tmp_path, date(2026, 11, 29))
    assert (await verdict(database, exported_heads(tmp_path))).holds


async def test_the_head_is_exported_once_a_day(database: Database, tmp_path: Path) -> None:
    await fill(database, 1)
    await export_head(database, tmp_path / "kept", date(2026, 11, 29))
    first = (tmp_path / "kept" / "audit-head-2026-11-29.json").read_text("utf-8")
    await fill(database, 1)
    await export_head(database, tmp_path / "kept", date(2026, 11, 29))
    await export_head(database, tmp_path / "kept", date(2026, 11, 30))
    files = sorted((tmp_path / "kept").iterdir())
    assert [file.name for file in files] == ["audit-head-2026-11-29.json", "audit-head-2026-11-30.json"]
    assert files[0].read_text("utf-8") == first
    assert json.loads(files[1].read_text("utf-8"))["entry"] == 2


async def test_without_a_place_the_head_is_in_the_log(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    await export_head(database, None, date(2026, 11, 29))
    assert "audit_head" in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "content", ["", "{}", '{"entry": 1, "hash": "short"}', "[]", '{"entry": "x", "hash": 1}']
)
def test_a_file_that_is_no_exported_head_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "audit-head-2026-11-29.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"^audit-head-2026-11-29\.json$"):
        exported_heads(tmp_path)
