"""/livez: the process answers. /readyz: it can do its work, and which part cannot."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import Database
from app.db.migrating import head_revision
from app.web.dependencies import DatabaseDep
from app.web.policy import ANYONE

router = APIRouter(include_in_schema=False, dependencies=[ANYONE.needed])
MIN_FREE_DISK = 0.05
_ENGINE_SECONDS = 2.0

log = structlog.get_logger()


@router.get("/livez")
async def livez() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request, database: DatabaseDep) -> JSONResponse:
    """503 unless the database answers at the right revision, 5 % of the disk is free and the worker of
    this process, if it has one, is at work. Without the search engine it is degraded, and serves."""
    state = request.app.state
    worker = getattr(state, "worker", None)
    parts = {
        **await _of_database(database),
        "disk": "ok" if disk_has_room(state.settings.var) else "full",
        "worker": "ok" if worker is None or worker.is_alive else "stopped",
        "search": await _of_search(state.search),
    }
    ill = [part for part, found in parts.items() if found != "ok"]
    status = "ok" if not ill else "degraded" if ill == ["search"] else "unavailable"
    if status != "ok":
        log.warning("not_ready", status=status, **parts)
    return JSONResponse({"status": status, "parts": parts}, 503 if status == "unavailable" else 200)


async def _of_database(database: Database) -> dict[str, str]:
    try:
        async with database.reading() as session:
            revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError):
        return {"database": "down", "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if revision == head_revision() else "missing"}


async def _of_search(engine: Any) -> str:
    """`engine` is behind a port that this layer does not import."""
    try:
        async with asyncio.timeout(_ENGINE_SECONDS):
            found: str = (await engine.health()).state
    except Exception as error:  # an engine may fail in any way; that makes nobody else unready
        log.warning("search_health_failed", error=type(error).__name__)
        return "down"
    return found


def disk_has_room(directory: Path) -> bool:
    usage = shutil.disk_usage(directory)
    return usage.free > MIN_FREE_DISK * usage.total
