"""Importing a file of notices: all is read and matched first, then stored in one transaction or not at all.

The file goes through a temporary one in batches, so that its length costs disk and time, not memory,
and the database is locked only for the storing.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db.bulk import make_room
from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.events import FactsChanged
from app.features.registry.facts.consolidating import Refreshed, refresh_facts
from app.features.registry.facts.continuing import Move
from app.features.registry.facts.matching import Matcher, Outcome, Party
from app.features.registry.facts.models import Fact, Import, Notice
from app.features.registry.facts.notice_file import read_notices
from app.features.registry.facts.notice_rows import parse_notice
from app.features.registry.facts.projects import FactKey
from app.features.registry.facts.report import FactsReport
from app.features.registry.facts.shape import GIVEN_SHAPE, NoticeShape
from app.features.registry.facts.spool import Spool
from app.features.registry.facts.storing import NoticeColumns, source_ids_of, store_notices
from app.features.registry.facts.understanding import Understood, told_of, understand
from app.features.registry.import_problems import FileRefused, RowsRefused
from app.features.registry.importing import FAULTY_SHARE, Progress, no_progress
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.ids import random_id
from app.kit.text import Text
from app.outbox.recorder import record

_BATCH = 2_000
_MANY = 5_000
_FILE_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    digest: str


@dataclass(slots=True)
class _Stored:
    now: datetime  # the moment at which all of it was seen
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    facts: Refreshed = field(default_factory=Refreshed)
    moves: set[Move] = field(default_factory=set)
    moved: set[FactKey] = field(default_factory=set)  # on either side of a move
    import_id: str | None = None


async def import_facts(
    database: Database,
    path: Path,
    catalogue: Catalogue,
    *,
    shape: NoticeShape = GIVEN_SHAPE,
    dry_run: bool = False,
    progress: Progress = no_progress,
    workspace: Path | None = None,
) -> FactsReport:
    """Import the notices of the file at `path`; importing it again changes nothing.

    `workspace` is where the temporary file goes. Raises FileRefused for an unreadable file and
    RowsRefused when more than 5 % of the rows are faulty; then, as on any failure, nothing was stored.
    """
    started = time.monotonic()
    report = FactsReport(dry_run=dry_run)
    with Spool(workspace) as spool:
        await _read(database, path, catalogue, shape, report, spool, progress)
        _refuse_if_untrustworthy(report)
        file = _File(path.name[:_FILE_NAME_LENGTH], await asyncio.to_thread(_digest, path))
        report.seen_before = await _seen_before(database, file)
        if not dry_run:
            stored = await _store(database, spool, report, file, progress)
            _tell(report, stored)
    report.seconds = time.monotonic() - started
    return report


async def _read(
    database: Database,
    path: Path,
    catalogue: Catalogue,
    shape: NoticeShape,
    report: FactsReport,
    spool: Spool,
    progress: Progress,
) -> None:
    matcher = Matcher()
    understood = _understood(path, catalogue, shape, report)
    while batch := await asyncio.to_thread(_next_batch, understood):
        async with database.reading() as session:
            notices = await _matched(session, matcher, batch)
        _count(report, notices)
        await asyncio.to_thread(spool.add, notices)
        progress("reading", report.rows, None)
    progress("reading", report.rows, report.rows)


async def _matched(session: ReadSession, matcher: Matcher, batch: list[Understood]) -> list[NoticeColumns]:
    """Each of the organisation that its title names most exactly, else of its party."""
    parties = [Party(name, one.province, one.city) for one in batch for name in (*one.names, one.party)]
    outcomes = iter(await matcher.match(session, parties))
    notices = []
    for one in batch:
        named = [(name, next(outcomes)) for name in one.names]
        own = _columns(one, next(outcomes))
        told = (_columns(told_of(one, name), found) for name, found in named if found.state != "unknown")
        notices.append(next(told, own))
    return notices


def _understood(
    path: Path, catalogue: Catalogue, shape: NoticeShape, report: FactsReport
) -> Iterator[Understood]:
    today = clock.today()
    for number, given, faults in read_notices(path, shape):
        report.rows += 1
        row, problems = parse_notice(number, given, shape, today=today)
        report.add([*faults, *problems])
        if row is not None and not any(fault.refuses for fault in faults):
            yield understand(row, catalogue)


def _next_batch(understood: Iterator[Understood]) -> list[Understood]:
    return list(islice(understood, _BATCH))


def _columns(one: Understood, outcome: Outcome) -> NoticeColumns:
    """The columns of the notice, with the key of its source in place of its id."""
    return {
        **one.columns,
        "digest": one.digest,
        "source": one.source,
        "needs": {need: list(found) for need, found in one.needs.items()},
        "role": one.role,
        "state": outcome.state if one.needs else "no_need",
        "organisation_id": outcome.organisation_id,
    }


def _count(report: FactsReport, notices: list[NoticeColumns]) -> None:
    states = Counter(one["state"] for one in notices)
    report.matched += states["matched"]
    report.ambiguous += states["ambiguous"]
    report.unknown += states["unknown"]
    report.no_need += states["no_need"]
    report.unnamed += sum(one["state"] == "unknown" and not one["buyer"] for one in notices)
    for one in notices:
        for need in one["needs"]:
            report.needs[need] = report.needs.get(need, 0) + 1


def _refuse_if_untrustworthy(report: FactsReport) -> None:
    if not report.rows:
        raise FileRefused("文件只有表头，没有数据行", "The file has a header but no rows")
    if report.refused + report.misplaced > report.rows * FAULTY_SHARE:
        raise RowsRefused(report)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _seen_before(database: Database, file: _File) -> str | None:
    statement = select(Import.public_id).where(
        Import.kind == "facts", Import.state == "done", Import.file_digest == file.digest
    )
    async with database.reading() as session:
        found: str | None = await session.scalar(statement.order_by(Import.id.desc()).limit(1))
    return found


async def _store(
    database: Database, spool: Spool, report: FactsReport, file: _File, progress: Progress
) -> _Stored:
    total = report.rows - report.refused

    async def work(session: WriteSession) -> _Stored:
        done = _Stored(clock.now())
        await make_room(session)
        made = await _begin(session, file)
        sources: dict[str, int] = {}
        position = 0
        for batch in spool.batches():
            sources |= await source_ids_of(session, {one["source"] for one in batch} - sources.keys())
            await _store_batch(session, made.id, [_with_source(one, sources) for one in batch], done)
            position += len(batch)
            progress("storing", position, total)
        if done.moves:  # a fact goes on where its notices went, which only now is known of all of them
            done.facts.add(await refresh_facts(session, done.moved, moves=done.moves, now=done.now))
        await _finish(session, made, done, report)
        return done

    try:
        return await run_write(database, work)
    except IntegrityError as error:
        raise Conflict(
            Text(
                zh="导入期间另一个操作改动了相同的公告或单位，未导入任何内容。请重试。",
                en="Something else changed the same notices or organisations meanwhile; nothing was "
                "imported. Run it again.",
            )
        ) from error


async def _begin(session: WriteSession, file: _File) -> Import:
    made = Import(
        public_id=random_id(),
        kind="facts",
        file_name=file.name,
        file_digest=file.digest,
        report={},
        state="done",
        finished_at=clock.now(),
    )
    session.add(made)
    await session.flush()
    return made


def _with_source(one: NoticeColumns, sources: dict[str, int]) -> NoticeColumns:
    columns: dict[str, Any] = {name: value for name, value in one.items() if name != "source"}
    return columns | {"source_id": sources[one["source"]]}


async def _store_batch(
    session: WriteSession, import_id: int, notices: list[NoticeColumns], done: _Stored
) -> None:
    batch = await store_notices(session, import_id, notices, now=done.now)
    done.new += batch.new
    done.changed += batch.changed
    done.unchanged += batch.unchanged
    done.moves |= batch.moves
    done.moved |= {key for move in batch.moves for key in move}
    done.facts.add(await refresh_facts(session, batch.keys - done.moved, now=done.now))


async def _finish(session: WriteSession, made: Import, done: _Stored, report: FactsReport) -> None:
    """An import that changed nothing leaves no trace."""
    if not done.new and not done.changed:
        await session.delete(made)
        return
    done.import_id = made.public_id
    made.finished_at = clock.now()
    made.report = dict(report.counts()) | _counts(done)
    if done.new > _MANY:  # without it the planner goes on taking the tables for empty
        for table in (Notice, Fact):
            await session.execute(text(f"ANALYZE {table.__tablename__}"))
    record(session, FactsChanged())


def _counts(done: _Stored) -> dict[str, int]:
    return {
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "facts_new": done.facts.new,
        "facts_changed": done.facts.changed,
        "facts_gone": done.facts.gone,
    }


def _tell(report: FactsReport, stored: _Stored) -> None:
    for name, value in _counts(stored).items():
        setattr(report, name, value)
    report.import_id = stored.import_id
