"""The product over HTTP, in process: the sample registry, the real engine, no background worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from app.db.engine import Database
from app.features.registry.rebuilding import rebuild_index
from app.main import create_app
from app.settings import Settings
from search import build_engine
from search.contract import SearchEngine


@asynccontextmanager
async def client_of(
    database: Database, tmp_path: Path, *, engine: SearchEngine | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """`engine` replaces the real one."""
    used = engine or build_engine(tmp_path / "search")
    if engine is None:
        await rebuild_index(database, used)
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(var=tmp_path, database_url=url, reads_per_second=10_000, reads_burst=10_000)
    app = create_app(settings, engine=used)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
    await used.close()
    await app.state.database.close()
