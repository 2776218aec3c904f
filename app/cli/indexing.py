"""`topctl reindex`, and letting the search index follow a change at once where no worker may be running."""

import json
import time
from typing import Annotated

import typer

from app.cli.progress import PhaseBars
from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.features.registry.commands import rebuild_index
from app.features.registry.handlers import handlers
from app.kit.text import Text
from app.outbox.claimer import Claimer
from app.settings import Settings
from search import build_engine
from search.contract import SearchEngine

_TELL_SECONDS = 5.0


def reindex(
    as_json: Annotated[
        bool, typer.Option("--json", help="progress and result as lines for machines")
    ] = False,
) -> None:
    """Build the search index anew beside the live one, then switch.

    A build that was interrupted is gone on with, unless the registry has changed under it.
    """
    count = run(_reindex(read_settings(), as_json=as_json))
    if as_json:
        typer.echo(json.dumps({"indexed": count}))
        return
    out.print(say(Text(zh=f"已索引 {count} 家单位。", en=f"{count} organisations indexed.")))


async def _reindex(settings: Settings, *, as_json: bool) -> int:
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        if as_json:
            return await rebuild_index(database, engine, advance=ProgressLines())
        with PhaseBars() as bars:
            return await rebuild_with_bar(database, engine, bars)
    finally:
        await engine.close()
        await database.close()


class ProgressLines:
    """A line of JSON on stdout now and then."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self._told = time.monotonic()
            typer.echo(json.dumps({"done": done, "total": total}))


async def run_due_jobs(database: Database, engine: SearchEngine, bars: PhaseBars) -> None:
    """Do what changes have left in the outbox; what fails stays there for the worker."""

    async def rebuild() -> None:
        await rebuild_with_bar(database, engine, bars)

    claimer = Claimer(database, handlers(database, engine, rebuild=rebuild))
    while await claimer.run_due():
        pass


async def rebuild_with_bar(database: Database, engine: SearchEngine, bars: PhaseBars) -> int:
    """Returns how many organisations are indexed."""
    return await rebuild_index(
        database, engine, advance=lambda done, total: bars.advance("indexing", done, total)
    )
