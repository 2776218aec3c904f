"""`topctl import facts`: public notices in."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.imports import AsJson, list_problems
from app.cli.indexing import run_due_jobs
from app.cli.preparing import load_shipped_pack
from app.cli.progress import PhaseBars
from app.cli.schema import migrate
from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database
from app.features.knowledge.queries import current_catalogue
from app.features.registry.facts import commands as facts
from app.features.registry.import_problems import RowsRefused
from app.kit.text import Text
from app.settings import Settings
from search import build_engine


def import_facts(
    file: Annotated[Path, typer.Argument(help="CSV of notices, plain or gzip")],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML that describes a file of another shape (docs/notices.md)")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read, match and count, store nothing")] = False,
    report: Annotated[Path | None, typer.Option(help="write all problems to this CSV")] = None,
    as_json: AsJson = False,
) -> None:
    """Import notices as public facts; importing the same file again changes nothing."""
    settings = read_settings()
    try:
        done = run(_import(settings, file, mapping, dry_run=dry_run), passing=(RowsRefused,))
    except RowsRefused as refused:
        list_problems(refused.report, report)
        refuse(say(refused.message))
    list_problems(done, report)
    if as_json:
        counts: dict[str, object] = {**done.counts(), "needs": done.needs, "import_id": done.import_id}
        counts |= {"seen_before": done.seen_before, "dry_run": done.dry_run, "seconds": done.seconds}
        typer.echo(json.dumps(counts, ensure_ascii=False))
        return
    for line in _told(done):
        out.print(say(line), markup=False)


async def _import(
    settings: Settings, file: Path, mapping: Path | None, *, dry_run: bool
) -> facts.FactsReport:
    shape = facts.load_shape(mapping) if mapping else facts.GIVEN_SHAPE
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        await migrate(settings, database)
        await load_shipped_pack(database)
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
        with PhaseBars() as bars:
            done = await facts.import_facts(
                database,
                file,
                catalogue,
                shape=shape,
                dry_run=dry_run,
                progress=bars.advance,
                workspace=settings.var,
            )
            if not dry_run:
                await run_due_jobs(database, engine, bars)
        return done
    finally:
        await engine.close()
        await database.close()


def _told(done: facts.FactsReport) -> list[Text]:
    unmatched = done.ambiguous + done.unknown
    lines = [
        Text(
            zh=f"{'试运行：' if done.dry_run else ''}共 {done.rows} 条公告：拒绝 {done.refused}；"
            f"与目录需求无关 {done.no_need}，已对应单位 {done.matched}，"
            f"未对应 {unmatched}（有歧义 {done.ambiguous}，公告没有写明单位 {done.unnamed}）。",
            en=f"{'Dry run: ' if done.dry_run else ''}{done.rows} notices: {done.refused} refused; "
            f"{done.no_need} without a need of the catalogue, {done.matched} matched, "
            f"{unmatched} unmatched (ambiguous: {done.ambiguous}, naming nobody: {done.unnamed}).",
        )
    ]
    if not done.dry_run:
        lines.append(
            Text(
                zh=f"公告新增 {done.new}，更新 {done.changed}，不变 {done.unchanged}；"
                f"公开事实新增 {done.facts_new}，更新 {done.facts_changed}，减少 {done.facts_gone}；"
                f"用时 {done.seconds:.1f} 秒。",
                en=f"Notices: {done.new} new, {done.changed} changed, {done.unchanged} unchanged. "
                f"Facts: {done.facts_new} new, {done.facts_changed} changed, {done.facts_gone} gone. "
                f"{done.seconds:.1f} s.",
            )
        )
    if done.import_id:
        lines.append(Text(zh=f"导入编号：{done.import_id}", en=f"Import: {done.import_id}"))
    if done.seen_before:
        lines.append(
            Text(zh=f"此文件曾导入过：{done.seen_before}", en=f"This file was imported as {done.seen_before}")
        )
    if unmatched:
        lines.append(
            Text(zh="未对应的单位：topctl facts unmatched", en="Unmatched parties: topctl facts unmatched")
        )
    return lines
