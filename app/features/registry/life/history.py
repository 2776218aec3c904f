"""What imports did: written down with each, listed, and read by whoever takes one back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, literal, select

from app.db.engine import ReadSession, WriteSession
from app.features.registry.batches import in_batches
from app.features.registry.facts.models import Import
from app.features.registry.life.models import ImportChange
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.ids import random_id

_BATCH = 4_000
_CHUNK = 1 << 20
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FileMark:
    """The file an import came from: its name without a directory, and its SHA-256."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an import changes of one organisation."""

    organisation_id: int
    rev: int
    before: dict[str, Any]
    aliases: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import in a list."""

    public_id: str
    kind: str
    file_name: str
    report: Mapping[str, int]
    state: str
    finished_at: datetime
    undone_at: datetime | None


def mark_of(path: Path) -> FileMark:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return FileMark(path.name[:_LONGEST_NAME], digest.hexdigest())


async def record_import(session: WriteSession, file: FileMark, counts: dict[str, int]) -> Import:
    made = Import(
        public_id=random_id(),
        kind="organisations",
        file_name=file.name,
        file_digest=file.digest,
        report=counts,
        state="done",
        finished_at=clock.now(),
    )
    session.add(made)
    await session.flush()
    return made


async def record_added(session: WriteSession, import_id: int, *, first: int, added_at: datetime) -> None:
    """All that was added at that very moment, from the internal id `first` on, in one statement."""
    added = select(literal(import_id), Organisation.id, literal(1)).where(
        Organisation.id >= first, Organisation.created_at == added_at
    )
    await session.execute(insert(ImportChange).from_select(["import_id", "organisation_id", "rev"], added))


async def record_changes(session: WriteSession, import_id: int, changes: Sequence[Change]) -> None:
    connection = await session.connection()
    for batch in in_batches(changes, _BATCH):
        await connection.execute(
            insert(ImportChange.__table__),  # type: ignore[arg-type]
            [
                {
                    "import_id": import_id,
                    "organisation_id": one.organisation_id,
                    "rev": one.rev,
                    "before": one.before,
                    "aliases": list(one.aliases) or None,
                    "sources": list(one.sources) or None,
                }
                for one in batch
            ],
        )


async def imports_done(session: ReadSession, *, limit: int) -> list[ImportLine]:
    """The newest first."""
    columns = (Import.public_id, Import.kind, Import.file_name, Import.report, Import.state)
    statement = select(*columns, Import.finished_at, Import.undone_at).order_by(Import.id.desc()).limit(limit)
    return [ImportLine(*row) for row in (await session.execute(statement)).all()]
