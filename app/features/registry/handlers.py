"""What the worker does when the registry changed: its search index and its counts follow. Running twice
changes nothing."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.follows.actions import move_follows
from app.features.registry.documents import KIND
from app.features.registry.events import (
    FactsChanged,
    OrganisationsChanged,
    OrganisationsMerged,
    OrganisationsRemoved,
    RegistryReplaced,
)
from app.features.registry.explore.recounting import recount_totals
from app.features.registry.facts.peers import recount
from app.features.registry.models import Organisation
from app.features.registry.rebuilding import index_organisations
from app.features.registry.rebuilding_child import rebuild_in_child
from app.kit import clock
from app.outbox.events import Handlers
from search.contract import SearchEngine

_SETTLE_SECONDS = 60.0


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

    async def on_organisations_removed(event: OrganisationsRemoved) -> None:
        # An index to be built will hold none of them; one that is away is retried.
        if (await engine.health()).state in ("ok", "down"):
            await engine.settle(await engine.delete(KIND, list(event.public_ids)), timeout=_SETTLE_SECONDS)

    async def on_organisations_merged(event: OrganisationsMerged) -> None:
        """What other rooms keep about the one moves to the other; the registry's own moved in the same
        transaction. Here, because it belongs to companies, and whoever merges acts for none of them."""

        async def work(session: WriteSession) -> None:
            both = select(Organisation.id, Organisation.public_id)
            named = dict(
                (await session.execute(both.where(Organisation.id.in_((event.from_id, event.into_id))))).all()
            )
            if len(named) == 2:
                await move_follows(session, "organisation", named[event.from_id], named[event.into_id])

        await run_write(database, work)

    async def renew_counts() -> None:
        await recount(database, clock.today())
        await recount_totals(database)

    async def on_registry_replaced(event: RegistryReplaced) -> None:
        await rebuild()
        await renew_counts()

    async def on_facts_changed(event: FactsChanged) -> None:
        await renew_counts()

    return {
        OrganisationsChanged: on_organisations_changed,
        OrganisationsRemoved: on_organisations_removed,
        OrganisationsMerged: on_organisations_merged,
        RegistryReplaced: on_registry_replaced,
        FactsChanged: on_facts_changed,
    }
