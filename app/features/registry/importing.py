"""Importing a file of organisations: all is checked first, then stored in one transaction or not at all."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.writing import Work, run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.actions import Plan, store
from app.features.registry.import_file import open_organisations
from app.features.registry.import_manner import Manner
from app.features.registry.import_problems import FileRefused, ImportReport, Problem, RowsRefused
from app.features.registry.import_rows import OrganisationRow, parse_row
from app.features.registry.import_words import Words, in_our_terms, words_of
from app.features.registry.life.history import mark_of
from app.features.registry.planning import plan_import, rows_to_prepare
from app.features.registry.preparing import prepare_rows
from app.features.registry.tables import Reading, Record
from app.kit.errors import Conflict
from app.kit.text import Text

FAULTY_SHARE = 0.05  # above it nothing is imported
_TELL_EVERY = 1_000

Phase = Literal["reading", "analysing", "storing"]
Progress = Callable[[Phase, int, int | None], None]  # phase, rows done, rows in all where known


def no_progress(phase: Phase, done: int, total: int | None) -> None:
    """For callers that show none."""


async def import_organisations(
    database: Database,
    path: Path,
    catalogue: Catalogue,
    *,
    manner: Manner | None = None,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import the file at `path`, CSV or Excel; importing it again changes nothing.

    Faulty rows are left out and reported. Raises FileRefused for an unreadable file and RowsRefused
    when more than 5 % of the rows are faulty; then, as on any failure, nothing has been stored.
    """
    with _collector_paused():
        return await _import(
            database, path, catalogue, manner or Manner(), dry_run=dry_run, progress=progress
        )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """An import builds a million values that all live to its end and form no cycles: walking them again
    and again took a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def _import(
    database: Database,
    path: Path,
    catalogue: Catalogue,
    manner: Manner,
    *,
    dry_run: bool,
    progress: Progress,
) -> ImportReport:
    started = time.monotonic()
    rows, report = await asyncio.to_thread(read_rows, path, catalogue, manner, progress)
    report.dry_run = dry_run
    async with database.reading() as session:
        needed = await rows_to_prepare(session, rows, catalogue_version=catalogue.version)
    prepared = await asyncio.to_thread(
        prepare_rows, needed, catalogue, advance=_counter("analysing", len(needed), progress)
    )
    if dry_run:
        async with database.reading() as session:
            plan = await plan_import(session, rows, prepared, catalogue)
    else:
        file = await asyncio.to_thread(mark_of, path)

        async def work(session: WriteSession) -> Plan:
            plan = await plan_import(session, rows, prepared, catalogue)
            if manner.source and manner.licence:
                plan.licences = {manner.source: manner.licence}
            total = len(plan.additions) + len(plan.corrections)
            advance = _counter("storing", total, progress)
            report.import_id = await store(session, plan, file=file, advance=advance)
            return plan

        plan = await _run(database, work)
    report.new, report.changed = len(plan.additions), len(plan.corrections)
    report.unchanged = plan.unchanged
    report.seconds = time.monotonic() - started
    return report


async def _run(database: Database, work: Work[Plan]) -> Plan:
    try:
        return await run_write(database, work)
    except IntegrityError as error:
        raise Conflict(
            Text(
                zh="导入期间另一个导入写入了相同的单位，未导入任何内容。请重试。",
                en="Another import stored the same organisations meanwhile; nothing was imported. "
                "Run it again.",
            )
        ) from error


def read_rows(
    path: Path, catalogue: Catalogue, manner: Manner, progress: Progress = no_progress
) -> tuple[list[OrganisationRow], ImportReport]:
    """All valid rows, and what is wrong with the others. Raises FileRefused and RowsRefused."""
    reading = open_organisations(path, mapping=manner.mapping, sheet=manner.sheet)
    rows, report = rows_of(reading, catalogue, manner, progress)
    _refuse_if_untrustworthy(report)
    return rows, report


def rows_of(
    reading: Reading, catalogue: Catalogue, manner: Manner, progress: Progress = no_progress
) -> tuple[list[OrganisationRow], ImportReport]:
    """The same without a judgement of the file as a whole. Raises FileRefused."""
    report = ImportReport(form=reading.form, ignored=reading.layout.ignored)
    words = words_of(catalogue)
    rows: list[OrganisationRow] = []
    seen: dict[tuple[str, str], int] = {}
    for number, record in reading.records():
        report.rows += 1
        row, problems = _row_of(number, record, reading, manner, words)
        first = seen.setdefault((row.name, row.city), number) if row else number
        if row and first == number:
            rows.append(row)
        elif row:
            problems = [_repeated(number, first)]
        if problems:
            report.add(problems, number, record)
        if report.rows % _TELL_EVERY == 0:
            progress("reading", report.rows, None)
    progress("reading", report.rows, report.rows)
    return rows, report


def _row_of(
    number: int, record: Record | None, reading: Reading, manner: Manner, words: Words
) -> tuple[OrganisationRow | None, list[Problem]]:
    told = reading.problems_of(number)
    if record is None or any(problem.refuses for problem in told):
        return None, told or parse_row(number, None, industries=words.codes)[1]
    if reading.layout.is_foreign:
        record, unclear = in_our_terms(number, record, words)
        told += unclear
    if manner.source and not record.get("source"):
        record = record | {"source": manner.source}
    row, problems = parse_row(number, record, industries=words.codes)
    return row, told + problems


def _repeated(number: int, first: int) -> Problem:
    return Problem(
        number,
        "name",
        Text(zh=f"与第 {first} 行名称和城市相同", en=f"same name and city as row {first}"),
        way_out=Text(zh="删去其一，或填写各自的城市", en="delete one of them, or give each its city"),
    )


def _refuse_if_untrustworthy(report: ImportReport) -> None:
    if not report.rows:
        raise FileRefused("文件只有表头，没有数据行", "The file has a header but no rows")
    if is_untrustworthy(report):
        raise RowsRefused(report)


def is_untrustworthy(report: ImportReport) -> bool:
    return report.refused + report.misplaced > report.rows * FAULTY_SHARE


def _counter(phase: Phase, total: int, progress: Progress) -> Callable[[int], None]:
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress(phase, done, total)

    return advance
