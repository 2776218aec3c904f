"""Letting the search index follow a change at once, where no worker may be running."""

from app.cli.progress import PhaseBars
from app.db.engine import Database
from app.features.registry.commands import rebuild_index
from app.features.registry.handlers import handlers
from app.outbox.claimer import Claimer
from search.contract import SearchEngine


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
