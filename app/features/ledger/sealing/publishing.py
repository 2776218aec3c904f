"""Chain values outside the database: one line a seal in a file, and a signed line in the log.

Whoever owns the database can rewrite books, seals and chain; he cannot make them agree with what was
published before.
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from app.db.engine import Database
from app.features.ledger.seal_models import LedgerSeal
from app.kit import clock

_NAME = "ledger-seals-{day}.jsonl"
_CHAIN = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger()


async def publish(database: Database, folder: Path | None, secret: str) -> int:
    """Publish the seals that are not in the folder yet; without one, the newest in the log alone.

    Returns how many.
    """
    known = await asyncio.to_thread(_last_published, folder) if folder is not None else None
    statement = select(LedgerSeal).order_by(LedgerSeal.id.desc())
    statement = statement.limit(1) if known is None else statement.where(LedgerSeal.id > known)
    async with database.reading() as session:
        lines = [_line(one, secret) for one in (await session.scalars(statement)).all()[::-1]]
    if folder is not None and lines:
        await asyncio.to_thread(_append, folder, lines)
    for line in lines:
        log.info("ledger_seal", **line)
    return len(lines)


def _line(seal: LedgerSeal, secret: str) -> dict[str, Any]:
    told = f"{seal.id}|{seal.size}|{seal.root}|{seal.chain}"
    mac = hmac.new(f"ledger-seal\x00{secret}".encode(), told.encode(), hashlib.sha256).hexdigest()
    return {"seal": seal.id, "size": seal.size, "root": seal.root, "chain": seal.chain, "signature": mac}


def _append(folder: Path, lines: Sequence[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder.joinpath(_NAME.format(day=clock.today().isoformat()))
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(json.dumps(line) + "\n" for line in lines)


def _last_published(folder: Path) -> int:
    files = sorted(folder.glob(_NAME.format(day="*")))
    return max(_read(files[-1]), default=0) if files else 0


def published_chains(folder: Path) -> dict[int, str]:
    """By seal. Raises ValueError naming a file that is none of ours, or contradicts another."""
    found: dict[int, str] = {}
    for file in sorted(folder.glob(_NAME.format(day="*"))):
        for seal, chain in _read(file).items():
            if found.setdefault(seal, chain) != chain:
                raise ValueError(file.name)
    return found


def _read(file: Path) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in file.read_text("utf-8").splitlines():
        try:
            told = json.loads(line)
            seal, chain = int(told["seal"]), str(told["chain"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(file.name) from None
        if not _CHAIN.fullmatch(chain) or found.setdefault(seal, chain) != chain:
            raise ValueError(file.name)
    return found
