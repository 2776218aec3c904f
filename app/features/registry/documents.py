"""From the database to the search index: one document an organisation."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.models import Organisation, OrganisationAlias
from search.contract import Document

KIND = "organisation"
_BATCH = 2_000
_COLUMNS = (
    Organisation.id,
    Organisation.public_id,
    Organisation.rev,
    Organisation.name,
    Organisation.industry,
    Organisation.province,
    Organisation.city,
    Organisation.provenance,
    Organisation.rank,
    Organisation.status,
)


async def documents_of(session: AsyncSession, ids: Sequence[int]) -> tuple[list[Document], list[str]]:
    """The documents of those to be found, and the public ids of those that no longer are."""
    rows = (await session.execute(select(*_COLUMNS).where(Organisation.id.in_(ids)))).all()
    closed = [row.public_id for row in rows if row.status != "active"]
    return await _with_aliases(session, [row for row in rows if row.status == "active"]), closed


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of organisations up to the internal id `last`; `rows` and `revs` count and sum all
    organisations read for it, those that are not to be found included."""

    documents: list[Document]
    last: int
    rows: int
    revs: int


async def all_documents(session: AsyncSession, *, after: int = 0) -> AsyncIterator[Batch]:
    """Every organisation to be found whose internal id is above `after`, by id."""
    last = after
    while True:
        statement = select(*_COLUMNS).where(Organisation.id > last).order_by(Organisation.id).limit(_BATCH)
        rows = (await session.execute(statement)).all()
        if not rows:
            return
        last = rows[-1].id
        documents = await _with_aliases(session, [row for row in rows if row.status == "active"])
        yield Batch(documents, last, len(rows), sum(row.rev for row in rows))


async def _with_aliases(session: AsyncSession, rows: Sequence[Any]) -> list[Document]:
    if not rows:
        return []
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    statement = (
        select(OrganisationAlias.organisation_id, OrganisationAlias.kind, OrganisationAlias.alias)
        .where(OrganisationAlias.organisation_id.in_([row.id for row in rows]))
        .order_by(OrganisationAlias.id)
    )
    for id_, kind, alias in await session.execute(statement):
        names[id_, kind].append(alias)
    return [_document(row, names) for row in rows]


def _document(row: Any, names: dict[tuple[int, str], list[str]]) -> Document:
    english = names.get((row.id, "english"), [])
    aliases = [*names.get((row.id, "curated"), []), *names.get((row.id, "short"), []), *english[1:]]
    filters = {
        "industry": row.industry,
        "province": row.province,
        "city": row.city,
        "provenance": row.provenance,
    }
    return Document(
        id=row.public_id,
        rev=row.rev,
        name=row.name,
        aliases=tuple(aliases),
        former_names=tuple(names.get((row.id, "former"), [])),
        english_name=english[0] if english else None,
        filters={key: value for key, value in filters.items() if value},
        rank=row.rank,
    )
