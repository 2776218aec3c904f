"""What a start needs: schema, knowledge pack, registry, index, and books that hold under this code.

Each step is skipped when already done.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.cli.indexing import rebuild_with_bar, run_due_jobs
from app.cli.ledger_checking import auditors_of, tell_findings
from app.cli.progress import PhaseBars
from app.cli.schema import migrate
from app.cli.terminal import err, say
from app.db.engine import Database
from app.db.migrating import head_revision
from app.db.writing import run_write
from app.features.knowledge.actions import load_shipped
from app.features.knowledge.loading import PACK_DIRECTORY, load_pack
from app.features.knowledge.queries import current_catalogue
from app.features.ledger.calendar import check_in_full
from app.features.ledger.checking import Report
from app.features.registry.commands import import_shipped_pack
from app.features.registry.facts.commands import import_shipped_notices, wants_shipped_notices
from app.features.registry.queries import count_organisations
from app.features.registry.rebuilding import IndexNotBuilt
from app.kit.text import Text
from app.settings import Settings
from search import build_engine

BOOKS_DO_NOT_HOLD = 3  # exit status: prepared, but what the books say is wrong
_ROOT = Path(__file__).resolve().parents[2]
_CODE = ("app", "migrations")
_CHILD = (sys.executable, "-c", "from app.cli import main; main()", "prepare")


def prepare_in_child() -> int:
    """Prepare in a process of its own, so that the serving one stays small; returns its exit status."""
    return subprocess.run(_CHILD, check=False).returncode  # noqa: S603 - our own command


async def is_prepared(settings: Settings) -> bool:
    """Whether a start can go straight to serving."""
    database = Database(settings.effective_database_url)
    engine = build_engine(settings.search_place, warm=False)
    try:
        async with database.reading() as session:
            if not await count_organisations(session):
                return False
        return _mark(settings).read_text() == _digest(settings) and (await engine.health()).state == "ok"
    except (SQLAlchemyError, OSError):
        return False
    finally:
        await engine.close()
        await database.close()


def _mark(settings: Settings) -> Path:
    return settings.var / "prepared"


def _digest(settings: Settings) -> str:
    """Of all that preparing brings into the database, and of the code: other code is a deploy, and the books
    are checked after each. Much cheaper than loading it to compare."""
    digest = hashlib.sha256(f"{settings.effective_database_url}\n{head_revision()}".encode())
    code = (path for folder in _CODE for path in (_ROOT / folder).rglob("*.py"))
    for path in sorted([*PACK_DIRECTORY.rglob("*.yaml"), *code]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process prepares, others wait for it; freed by the system when a process dies."""
    with (settings.var / "prepare.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _tell(
                Text(zh="另一个进程正在准备，等待它完成 …", en="Waiting for another process to prepare ...")
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def prepare(settings: Settings) -> Report:
    """Migrate, load the pack, import the shipped registry into an empty database, build a missing index, and
    check the books in full; returns what the check found."""
    with _alone(settings):
        return await _prepare(settings)


async def load_shipped_pack(database: Database) -> None:
    """Knowledge where there is none yet; an operator's own pack stays."""
    shipped = load_pack()
    await run_write(database, lambda session: load_shipped(session, shipped))


async def _prepare(settings: Settings) -> Report:
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        _tell(Text(zh="更新数据库结构 …", en="Migrating the database ..."))
        await migrate(settings, database)
        _tell(Text(zh="加载知识包 …", en="Loading the knowledge pack ..."))
        await load_shipped_pack(database)
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
            is_empty = not await count_organisations(session)
        with PhaseBars() as bars:
            if is_empty:
                _tell(
                    Text(
                        zh="导入随附的单位库（仅首次）…",
                        en="Importing the shipped registry (first start only) ...",
                    )
                )
                await import_shipped_pack(database, catalogue, progress=bars.advance)
            if await wants_shipped_notices(database):
                _tell(Text(zh="导入随附的公开公告 …", en="Importing the shipped public notices ..."))
                await import_shipped_notices(database, catalogue, progress=bars.advance)
            await run_due_jobs(database, engine, bars)
            if (await engine.health()).state != "ok":
                try:
                    await rebuild_with_bar(database, engine, bars)
                except IndexNotBuilt as error:
                    if settings.search_engine == "embedded":
                        raise
                    # A server is mended elsewhere; readers have the lookup by SQL until then.
                    _tell(error.message)
                    return await _check_books(settings, database)
        report = await _check_books(settings, database)
        if report.is_clean:
            _mark(settings).write_text(_digest(settings))
        else:  # every start looks again until somebody has corrected them
            _mark(settings).unlink(missing_ok=True)
        return report
    finally:
        await engine.close()
        await database.close()


async def _check_books(settings: Settings, database: Database) -> Report:
    """After each deploy: other code or another schema must find the books as right as they were."""
    _tell(Text(zh="核对账簿 …", en="Checking the books ..."))
    report = await check_in_full(database, auditors=auditors_of(settings))
    tell_findings(report)
    return report


def _tell(text: Text) -> None:
    err.print(say(text), markup=False)
