"""`topctl import`: bringing organisations in, looking first, and taking an import back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.import_preview import print_preview
from app.cli.indexing import run_due_jobs
from app.cli.preparing import load_shipped_pack
from app.cli.progress import PhaseBars
from app.cli.schema import migrate
from app.cli.terminal import err, language, out, read_settings, refuse, run, say
from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.queries import current_catalogue
from app.features.registry import commands as registry
from app.features.registry.import_problems import ImportReport, RowsRefused
from app.features.registry.licences import OPERATOR
from app.kit.text import Text
from app.outbox.claimer import backlog_of
from app.settings import Settings
from search import build_engine
from search.contract import SearchEngine

importing = typer.Typer(no_args_is_help=True, help="Import public data.")
_LISTED = 20
_IMPORTS_LISTED = 50
_NOT_YET_SEARCHABLE = Text(
    zh="有的单位还搜不到：等后台任务（topctl worker 或 topctl serve）建好索引，或运行 topctl reindex。",
    en="Some organisations cannot be found by searching yet: a worker (topctl worker or topctl serve) "
    "will index them, or run topctl reindex.",
)

AsJson = Annotated[bool, typer.Option("--json", help="for machines")]


@importing.command("organisations")
def import_organisations(
    file: Annotated[Path, typer.Argument(help="Excel (.xlsx, .xls) or CSV (UTF-8 or GB18030, gzip too)")],
    columns: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=HEADING", help="such as name=单位名称")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="YAML: columns, sheet, source, licence")] = None,
    sheet: Annotated[str | None, typer.Option(help="sheet of a workbook; else the first with data")] = None,
    source: Annotated[
        str | None, typer.Option(help=f"where rows that name no source come from; default: {OPERATOR}")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="licence that a new source states")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="show how it reads, store nothing")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check and count, store nothing")] = False,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", "--report", help="write all problems to this CSV, rows left out beside it"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import organisations; importing the same file again changes nothing."""
    settings = read_settings()
    manner = run(_manner(columns or [], mapping, sheet, source, licence))
    if preview:
        seen = run(_preview(settings, file, manner))
        print_preview(seen, as_json=as_json)
        list_problems(seen.report, errors)
        raise typer.Exit(1 if seen.would_be_refused else 0)
    try:
        done, searchable = run(_import(settings, file, manner, dry_run=dry_run), passing=(RowsRefused,))
    except RowsRefused as refused:
        list_problems(refused.report, errors)
        refuse(say(refused.message))
    list_problems(done, errors)
    if as_json:
        counts = {key: value for key, value in asdict(done).items() if key not in ("problems", "rejected")}
        typer.echo(json.dumps(counts | {"searchable": searchable}, ensure_ascii=False))
        return
    _tell(done, searchable=searchable)


def _tell(done: ImportReport, *, searchable: bool) -> None:
    prefix = Text(zh="试运行：", en="Dry run: ") if done.dry_run else Text(zh="", en="")
    out.print(
        say(
            Text(
                zh=f"{prefix.zh}共 {done.rows} 行：新增 {done.new}，更新 {done.changed}，"
                f"不变 {done.unchanged}，拒绝 {done.refused}，用时 {done.seconds:.1f} 秒。",
                en=f"{prefix.en}{done.rows} rows: {done.new} new, {done.changed} changed, "
                f"{done.unchanged} unchanged, {done.refused} refused, {done.seconds:.1f} s.",
            )
        )
    )
    if done.ignored:
        listed = ", ".join(done.ignored)
        err.print(say(Text(zh=f"未读取的列：{listed}", en=f"Columns not read: {listed}")), markup=False)
    if done.import_id and (done.new or done.changed):
        command = f"topctl import undo {done.import_id}"
        err.print(say(Text(zh=f"撤销这次导入：{command}", en=f"To undo it: {command}")), markup=False)
    if not searchable and not done.dry_run:
        err.print(say(_NOT_YET_SEARCHABLE), style="yellow")


async def _manner(
    columns: list[str], mapping: Path | None, sheet: str | None, source: str | None, licence: str | None
) -> registry.Manner:
    return registry.manner_of(
        columns, file=mapping, sheet=sheet, source=source, licence=licence, default_source=OPERATOR
    )


async def _preview(settings: Settings, file: Path, manner: registry.Manner) -> registry.Preview:
    database = Database(settings.effective_database_url)
    try:
        await migrate(settings, database)
        await load_shipped_pack(database)
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
        return registry.preview(file, catalogue, manner)
    finally:
        await database.close()


async def _import(
    settings: Settings, file: Path, manner: registry.Manner, *, dry_run: bool
) -> tuple[ImportReport, bool]:
    """The report, and whether all that is stored can be found by searching."""
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        await migrate(settings, database)
        await load_shipped_pack(database)
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
        with PhaseBars() as bars:
            report = await registry.import_organisations(
                database, file, catalogue, manner=manner, dry_run=dry_run, progress=bars.advance
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
    if target is None:
        return
    rows = registry.write_problems(report, target, language=language())
    if rows is not None:
        told = Text(
            zh=f"被拒绝的行在 {rows}：改正后可再次导入。",
            en=f"The rows left out are in {rows}: correct them and import that file.",
        )
        err.print(say(told), markup=False)


@importing.command("list")
def list_imports(as_json: AsJson = False) -> None:
    """The imports done, newest first."""
    lines = run(_imports(read_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, default=str))
        return
    for line in lines:
        counts = ", ".join(f"{key} {value}" for key, value in line.report.items() if value)
        state = Text(zh="已撤销", en="undone") if line.state == "undone" else Text(zh="有效", en="in effect")
        when = f"{line.finished_at:%Y-%m-%d %H:%M}"
        told = f"{line.public_id}  {when}  {line.kind}  {line.file_name}  {counts}  {say(state)}"
        out.print(told, markup=False, soft_wrap=True)
    if not lines:
        out.print(say(Text(zh="还没有导入。", en="No imports yet.")))


async def _imports(settings: Settings) -> list[registry.ImportLine]:
    database = Database(settings.effective_database_url)
    try:
        async with database.reading() as session:
            return await registry.imports_done(session, limit=_IMPORTS_LISTED)
    finally:
        await database.close()


@importing.command("undo")
def undo(
    public_id: Annotated[str, typer.Argument(metavar="ID", help="as topctl import list has it")],
    as_json: AsJson = False,
) -> None:
    """Take an import back; what changed since stays as it is. Again, it changes nothing."""
    done = run(_undo(read_settings(), public_id))
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    out.print(say(_undone(done)), markup=False)
    for id_, name in done.listed[:_LISTED]:
        err.print(f"{id_}  {name}", markup=False)


def _undone(done: Any) -> Text:
    if done.already:
        return Text(zh="这次导入早已撤销，没有变化。", en="That import was undone before; nothing changed.")
    if done.kind == "facts":
        return Text(
            zh=f"已撤销：公开事实删除 {done.facts_gone} 条，改回 {done.facts_changed} 条；"
            f"当时重新读取的已有公告 {done.kept} 条保持现在的读法。",
            en=f"Undone: {done.facts_gone} facts removed, {done.facts_changed} changed back; {done.kept} "
            "notices that were there before and were read anew stay as they are read now.",
        )
    return Text(
        zh=f"已撤销：删除 {done.removed} 家，改回 {done.restored} 家，因有公开事实而关闭 {done.closed} 家；"
        f"之后另有改动、保持不变 {done.kept} 家。",
        en=f"Undone: {done.removed} removed, {done.restored} changed back, {done.closed} closed because "
        f"facts speak of them; {done.kept} changed since and stay as they are.",
    )


async def _undo(settings: Settings, public_id: str) -> registry.Undone:
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        done = await run_write(database, lambda session: registry.undo_import(session, public_id))
        with PhaseBars() as bars:
            await run_due_jobs(database, engine, bars)
        return done
    finally:
        await engine.close()
        await database.close()
