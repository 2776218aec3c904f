"""/livez: the process answers. /readyz: it can do its work."""

import shutil
from pathlib import Path

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.migrating import head_revision
from app.web.dependencies import DatabaseDep

router = APIRouter(include_in_schema=False)
MIN_FREE_DISK = 0.05

log = structlog.get_logger()


@router.get("/livez")
async def livez() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request, database: DatabaseDep) -> JSONResponse:
    """503 unless the database answers at the right revision, 5 % of the disk is free and the worker of
    this process, if it has one, is at work."""
    state = request.app.state
    checks = {"database": False, "migrations": False, "disk": _disk_has_room(state.settings.var)}
    worker = getattr(state, "worker", None)
    checks["worker"] = worker is None or worker.is_alive
    try:
        async with database.reading() as session:
            revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
        checks["database"] = True
        checks["migrations"] = revision == head_revision()
    except (SQLAlchemyError, OSError):
        pass  # said by the answer itself
    if not all(checks.values()):
        log.warning("not_ready", **checks)  # the details are for operators only
        return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})


def _disk_has_room(directory: Path) -> bool:
    usage = shutil.disk_usage(directory)
    return usage.free > MIN_FREE_DISK * usage.total
