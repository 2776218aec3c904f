"""Building the search index of organisations anew beside the live one."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.batches import in_batches
from app.features.registry.documents import KIND, all_documents, documents_of
from app.features.registry.events import RegistryReplaced
from app.features.registry.models import Organisation
from app.kit import clock
from app.outbox.models import OutboxJob
from search.contract import SearchEngine

# Longer than any transaction runs: what began before the rebuild may commit during it.
_OVERLAP = timedelta(minutes=10)
_BATCH = 500
_SETTLE_SECONDS = 60.0

Advance = Callable[[int, int], None]  # documents done, documents in all


async def rebuild_index(database: Database, engine: SearchEngine, *, advance: Advance | None = None) -> int:
    """Index every organisation and publish; returns how many. The old index answers until then.

    A finished rebuild also answers every request for one that came before it began.
    """
    began = clock.now()
    since = began - _OVERLAP
    rebuild = await engine.begin_rebuild(KIND)
    done = 0
    try:
        async with database.reading() as session:
            # First of all in this session: on SQLite it fixes the snapshot that the documents come from.
            before = await _revisions(session, since)
            total = await session.scalar(select(func.count()).select_from(Organisation)) or 0
            async for documents in all_documents(session):
                await rebuild.add(documents)
                done += len(documents)
                if advance:
                    advance(done, total)
        await rebuild.publish()
    except BaseException:
        await rebuild.abort()
        raise
    await _replay(database, engine, since, before)
    await run_write(database, lambda session: _answer_earlier_requests(session, began))
    return done


async def _answer_earlier_requests(session: WriteSession, began: datetime) -> None:
    await session.execute(
        delete(OutboxJob).where(OutboxJob.topic == RegistryReplaced.topic, OutboxJob.created_at <= began)
    )


async def _revisions(session: AsyncSession, since: datetime) -> dict[int, int]:
    statement = select(Organisation.id, Organisation.rev).where(Organisation.updated_at >= since)
    return dict((await session.execute(statement)).all())


async def _replay(database: Database, engine: SearchEngine, since: datetime, before: dict[int, int]) -> None:
    """Index again what changed while the rebuild ran: its events may have gone to the old index."""
    async with database.reading() as session:
        after = await _revisions(session, since)
    changed = [id_ for id_, rev in after.items() if before.get(id_) != rev]
    for batch in in_batches(changed, _BATCH):
        await index_organisations(database, engine, list(batch))


async def index_organisations(database: Database, engine: SearchEngine, ids: list[int]) -> None:
    """Bring the live index to what the database says of these organisations; searchable on return."""
    async with database.reading() as session:
        documents, closed = await documents_of(session, ids)
    for ticket in (
        await engine.upsert(KIND, documents) if documents else None,
        await engine.delete(KIND, closed) if closed else None,
    ):
        if ticket:
            await engine.settle(ticket, timeout=_SETTLE_SECONDS)


async def rebuild_in_child() -> None:
    """Run `topctl reindex` as a child process, so that the serving process stays small.

    Raises RuntimeError when the child fails.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "reindex",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"reindex failed: {errors.decode(errors='replace')[-300:]}")
