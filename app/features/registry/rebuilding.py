"""Building the search index of organisations anew beside the live one.

Every CHECKPOINT_EVERY organisations it notes how far it has come. After a kill the next build goes on from
there, if the organisations up to there are still what was indexed, and begins anew if they are not.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.batches import in_batches
from app.features.registry.build_mark import BuildMark, read_mark
from app.features.registry.documents import KIND, all_documents, documents_of
from app.features.registry.events import RegistryReplaced
from app.features.registry.models import Organisation
from app.features.registry.revisions import Revisions, changed_since, revisions_since
from app.kit import clock
from app.kit.errors import LimitReached
from app.kit.text import Text
from app.outbox.models import OutboxJob
from search.contract import Rebuild, SearchEngine, SearchUnavailable

CHECKPOINT_EVERY = 20_000  # organisations: some seconds of work, and a commit of the index
# Longer than any transaction runs: what began before the rebuild may commit during it.
_OVERLAP = timedelta(minutes=10)
_BATCH = 500
_SETTLE_SECONDS = 60.0

Advance = Callable[[int, int], None]  # documents done, organisations in all

log = structlog.get_logger()


class IndexNotBuilt(LimitReached):
    """The new index cannot be written, for want of room most likely."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            Text(
                zh=f"新索引无法写入（{reason}）。原来的索引照常服务；请检查磁盘空间和权限，"
                "然后运行 topctl reindex。",
                en=f"The new index cannot be written ({reason}). The old index goes on serving; check the "
                "disk's free space and permissions, then run topctl reindex.",
            )
        )


class _Outdated(Exception):
    """What an unfinished build holds is no longer what the registry says."""


async def rebuild_index(database: Database, engine: SearchEngine, *, advance: Advance | None = None) -> int:
    """Index every organisation and publish; returns how many. The old index answers until then.

    A finished rebuild also answers every request for one that came before it began. Raises IndexNotBuilt.
    """
    began = clock.now()
    since = began - _OVERLAP
    try:
        before, done = await _build(database, engine, since, advance, resume=True)
    except _Outdated:
        log.info("index_build_begins_anew")
        before, done = await _build(database, engine, since, advance, resume=False)
    await _replay(database, engine, since, before)
    await run_write(database, lambda session: _answer_earlier_requests(session, began))
    return done


async def _build(
    database: Database, engine: SearchEngine, since: datetime, advance: Advance | None, *, resume: bool
) -> tuple[Revisions, int]:
    """The revisions that the documents came from, as far as they are new, and the number of documents."""
    try:
        rebuild = await engine.begin_rebuild(KIND, resume=resume)
    except SearchUnavailable as error:
        raise IndexNotBuilt(str(error)) from error
    try:
        async with database.reading() as session:
            # First of all in this session: on SQLite it fixes the snapshot that the documents come from.
            before = await revisions_since(session, since)
            mark = await _fill(session, rebuild, await _begun(session, rebuild), advance)
        await rebuild.publish()
    except _Outdated:
        await rebuild.abort()
        raise
    except SearchUnavailable as error:
        await rebuild.abort()
        raise IndexNotBuilt(str(error)) from error
    except BaseException:
        await rebuild.suspend()
        raise
    return before, mark.documents


async def _begun(session: AsyncSession, rebuild: Rebuild) -> BuildMark:
    """Where to go on. Raises _Outdated."""
    total = await session.scalar(select(func.count()).select_from(Organisation)) or 0
    if rebuild.resumed is None:
        return BuildMark(total=total)
    mark = read_mark(rebuild.resumed)
    if mark is None or await _rows_and_revs(session, mark.last) != (mark.rows, mark.revs):
        raise _Outdated
    log.info("index_build_goes_on", done=mark.documents, total=total)
    return replace(mark, total=total)


async def _rows_and_revs(session: AsyncSession, last: int) -> tuple[int, int]:
    counted = select(func.count(), func.coalesce(func.sum(Organisation.rev), 0)).where(
        Organisation.id <= last
    )
    rows, revs = (await session.execute(counted)).one()
    return rows, int(revs)


async def _fill(
    session: AsyncSession, rebuild: Rebuild, mark: BuildMark, advance: Advance | None
) -> BuildMark:
    checked = mark.rows
    async for batch in all_documents(session, after=mark.last):
        await rebuild.add(batch.documents)
        mark = mark.after(batch)
        if mark.rows - checked >= CHECKPOINT_EVERY:
            await rebuild.checkpoint(mark.packed())
            checked = mark.rows
        if advance:
            advance(mark.documents, mark.total)
    return mark


async def _answer_earlier_requests(session: WriteSession, began: datetime) -> None:
    await session.execute(
        delete(OutboxJob).where(OutboxJob.topic == RegistryReplaced.topic, OutboxJob.created_at <= began)
    )


async def _replay(database: Database, engine: SearchEngine, since: datetime, before: Revisions) -> None:
    """Index again what changed while the rebuild ran: its events may have gone to the old index."""
    async with database.reading() as session:
        changed = await changed_since(session, since, before)
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
