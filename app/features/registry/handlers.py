"""What the worker does when the registry changed: its search index and its counts follow. Running twice
changes nothing."""

from collections.abc import Awaitable, Callable

from app.db.engine import Database
from app.features.registry.events import FactsChanged, OrganisationsChanged, RegistryReplaced
from app.features.registry.facts.peers import recount
from app.features.registry.rebuilding import index_organisations
from app.features.registry.rebuilding_child import rebuild_in_child
from app.kit import clock
from app.outbox.events import Handlers
from search.contract import SearchEngine


def handlers(
    database: Database,
    engine: SearchEngine,
    *,
    rebuild: Callable[[], Awaitable[None]] = rebuild_in_child,
) -> Handlers:
    """`rebuild` indexes the whole registry; in a child process unless told otherwise."""

    async def on_organisations_changed(event: OrganisationsChanged) -> None:
        if (await engine.health()).state != "ok":
            # An index begun here would hold these few alone and pass for the whole registry.
            await rebuild()
            return
        await index_organisations(database, engine, event.ids)

    async def on_registry_replaced(event: RegistryReplaced) -> None:
        await rebuild()
        await recount(database, clock.today())

    async def on_facts_changed(event: FactsChanged) -> None:
        await recount(database, clock.today())

    return {
        OrganisationsChanged: on_organisations_changed,
        RegistryReplaced: on_registry_replaced,
        FactsChanged: on_facts_changed,
    }
