"""`topctl facts`: what is counted from public facts, and the notices that staff must look at."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.imports import AsJson
from app.cli.terminal import err, out, read_settings, refuse, run, say
from app.db.engine import Database
from app.features.registry import commands as registry
from app.features.registry.facts.commands import compose_notices
from app.features.registry.facts.unmatched import UnmatchedParty, unmatched_parties, write_unmatched
from app.kit import clock
from app.kit.text import Text
from app.kit.viewer import ANONYMOUS
from app.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Public facts and what is counted from them.")


@commands.command("recount")
def recount(as_json: AsJson = False) -> None:
    """Count anew what comparable organisations bought; the worker does so after every import."""
    rows = run(_recount(read_settings()))
    if as_json:
        typer.echo(json.dumps({"rows": rows}))
        return
    out.print(say(Text(zh=f"已重新计数：{rows} 行。", en=f"Counted anew: {rows} rows.")))


async def _recount(settings: Settings) -> int:
    database = Database(settings.effective_database_url)
    try:
        return await registry.recount(database, clock.today())
    finally:
        await database.close()


@commands.command("compose", hidden=True)
def compose(source: Path, target: Path) -> None:
    """Cut a full file of notices down to the bare facts that may be shipped."""
    notices = run(_compose(source, target))
    out.print(json.dumps({"notices": notices}))


async def _compose(source: Path, target: Path) -> int:
    return compose_notices(source, target)


@commands.command("unmatched")
def unmatched(
    csv: Annotated[Path | None, typer.Option(help="write all of them to this CSV")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """Parties of notices that are no organisation of the registry, or could be several."""
    found = run(_unmatched(read_settings(), None if csv else limit))
    if csv is not None:
        try:
            write_unmatched(found, csv)
        except OSError as error:
            refuse(f"{error.strerror}: {csv}")
        out.print(say(Text(zh=f"已写入 {len(found)} 行：{csv}", en=f"{len(found)} rows written: {csv}")))
        return
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    if not found:
        err.print(say(Text(zh="没有未对应的公告。", en="No notice is unmatched.")))
    for one in found:
        out.print(
            f"{one.notices:>6}  {one.state}  {one.role}  {one.party or '-'}  {one.province}", markup=False
        )


async def _unmatched(settings: Settings, limit: int | None) -> list[UnmatchedParty]:
    database = Database(settings.effective_database_url)
    try:
        async with database.reading() as session:
            return list(await unmatched_parties(session, ANONYMOUS, limit=limit))
    finally:
        await database.close()
