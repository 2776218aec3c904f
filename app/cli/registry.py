"""`topctl registry`: correcting the registry."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.indexing import run_due_jobs
from app.cli.progress import PhaseBars
from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.db.writing import run_write
from app.features.registry import commands as registry
from app.kit.text import Text
from app.settings import Settings
from search import build_engine

commands = typer.Typer(no_args_is_help=True, help="The registry of organisations.")


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
