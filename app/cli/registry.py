"""`topctl import` and `topctl registry`: filling the registry and correcting it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.indexing import run_due_jobs
from app.cli.preparing import load_shipped_pack
from app.cli.progress import PhaseBars
from app.cli.terminal import err, language, out, read_settings, refuse, run, say
from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.writing import run_write
from app.features.knowledge.queries import current_catalogue
from app.features.registry import commands as registry
from app.features.registry.import_problems import ImportReport, RowsRefused
from app.kit.text import Text
from app.outbox.claimer import backlog_of
from app.settings import Settings
from search import build_engine
from search.contract import SearchEngine

importing = typer.Typer(no_args_is_help=True, help="Import public data.")
commands = typer.Typer(no_args_is_help=True, help="The registry of organisations.")
_LISTED = 20
_NOT_YET_SEARCHABLE = Text(
    zh="有的单位还搜不到：等后台任务（topctl worker 或 topctl serve）建好索引，或运行 topctl reindex。",
    en="Some organisations cannot be found by searching yet: a worker (topctl worker or topctl serve) "
    "will index them, or run topctl reindex.",
)

AsJson = Annotated[bool, typer.Option("--json", help="for machines")]


@importing.command("organisations")
def import_organisations(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, plain or gzip")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check and count, store nothing")] = False,
    report: Annotated[Path | None, typer.Option(help="write all problems to this CSV")] = None,
    as_json: AsJson = False,
) -> None:
    """Import organisations; importing the same file again changes nothing."""
    try:
        done, searchable = run(_import(read_settings(), file, dry_run=dry_run), passing=(RowsRefused,))
    except RowsRefused as refused:
        list_problems(refused.report, report)
        refuse(say(refused.message))
    list_problems(done, report)
    counts = {key: value for key, value in asdict(done).items() if key != "problems"}
    counts["searchable"] = searchable
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False))
        return
    out.print(
        say(
            Text(
                zh=f"{'试运行：' if dry_run else ''}共 {done.rows} 行：新增 {done.new}，更新 {done.changed}，"
                f"不变 {done.unchanged}，拒绝 {done.refused}，用时 {done.seconds:.1f} 秒。",
                en=f"{'Dry run: ' if dry_run else ''}{done.rows} rows: {done.new} new, "
                f"{done.changed} changed, "
                f"{done.unchanged} unchanged, {done.refused} refused, {done.seconds:.1f} s.",
            )
        )
    )
    if not searchable and not dry_run:
        err.print(say(_NOT_YET_SEARCHABLE), style="yellow")


async def _import(settings: Settings, file: Path, *, dry_run: bool) -> tuple[ImportReport, bool]:
    """The report, and whether all that is stored can be found by searching."""
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        await upgrade(database)
        await load_shipped_pack(database)
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
        with PhaseBars() as bars:
            report = await registry.import_organisations(
                database, file, catalogue, dry_run=dry_run, progress=bars.advance
            )
            if not dry_run:
                await run_due_jobs(database, engine, bars)
        return report, await _is_searchable(database, engine)
    finally:
        await engine.close()
        await database.close()


async def _is_searchable(database: Database, engine: SearchEngine) -> bool:
    async with database.reading() as session:
        backlog = await backlog_of(session)
    return (await engine.health()).state == "ok" and not backlog.waiting and not backlog.dead


def list_problems(report: ImportReport, target: Path | None) -> None:
    for problem in report.problems[:_LISTED]:
        err.print(f"{problem.row}: {problem.field}: {say(problem.reason)}", markup=False)
    hidden = len(report.problems) - _LISTED
    if hidden > 0:
        err.print(say(Text(zh=f"… 另有 {hidden} 条", en=f"... and {hidden} more")))
    if target is not None:
        registry.write_problems(report, target, language=language())


@commands.command("compose")
def compose(source: Path, target: Path) -> None:
    """Compose the shipped registry from a collected file: licensed rows and fields only."""
    composed = run(_compose(source, target))
    out.print(json.dumps(asdict(composed), ensure_ascii=False))


async def _compose(source: Path, target: Path) -> registry.Composed:
    return registry.compose(source, target)


@commands.command("close")
def close(
    public_id: Annotated[str, typer.Argument(metavar="ID", help="last part of the page's address")],
    reopen: Annotated[bool, typer.Option("--reopen", help="take it back in")] = False,
) -> None:
    """Take an organisation down: its page, lists and search no longer show it. Imports keep it so."""
    name = run(_close(read_settings(), public_id, reopen=reopen))
    told = Text(zh="已恢复：", en="Open again: ") if reopen else Text(zh="已下架：", en="Closed: ")
    out.print(say(told) + name, markup=False)


async def _close(settings: Settings, public_id: str, *, reopen: bool) -> str:
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    change = registry.reopen if reopen else registry.close
    try:
        name = await run_write(database, lambda session: change(session, public_id))
        with PhaseBars() as bars:
            await run_due_jobs(database, engine, bars)
        return name
    finally:
        await engine.close()
        await database.close()
