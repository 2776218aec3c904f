"""`topctl facts`: what is counted from public facts."""

import json

import typer

from app.cli.registry import AsJson
from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.features.registry import commands as registry
from app.kit import clock
from app.kit.text import Text
from app.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Public facts and what is counted from them.")


@commands.callback()
def facts() -> None:
    """Keeps `recount` a command of its own while it is the only one."""


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
