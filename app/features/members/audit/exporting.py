"""The head of the chain, once a day, in a place that whoever runs ToP cannot rewrite: one file a day.

Whoever owns the database can rewrite chain and head; he cannot make it hold the hashes that were exported.
"""

import asyncio
import json
import re
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy import select

from app.db.engine import Database
from app.features.members.audit.models import AuditHead
from app.kit import clock

_NAME = "audit-head-{day}.json"
_HASH = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger()


async def export_head(database: Database, folder: Path | None, day: date) -> None:
    """Once for each day, whichever worker comes first; into the log in any case."""
    async with database.reading() as session:
        head = (await session.execute(select(AuditHead.entry_id, AuditHead.hash))).one()
    log.info("audit_head", entry=head.entry_id, hash=head.hash)
    if folder is None:
        return
    told = {"entry": head.entry_id, "hash": head.hash, "at": clock.now().isoformat(timespec="seconds")}
    await asyncio.to_thread(_keep, folder, _NAME.format(day=day.isoformat()), json.dumps(told) + "\n")


def _keep(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    if file.exists():
        return
    unfinished = file.with_suffix(".part")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(file)


def exported_heads(folder: Path) -> dict[int, str]:
    """The hash of each exported head, by its entry. Raises ValueError naming a file that is none of ours."""
    found: dict[int, str] = {}
    for file in sorted(folder.glob(_NAME.format(day="*"))):
        try:
            told = json.loads(file.read_text("utf-8"))
            entry, hash_ = int(told["entry"]), str(told["hash"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(file.name) from None
        if not _HASH.fullmatch(hash_) or found.get(entry, hash_) != hash_:
            raise ValueError(file.name)
        found[entry] = hash_
    return found
