"""Keeps facts equal to what the stored notices say: makes, changes and removes them, key by key."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import randbits
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from app.db.engine import WriteSession
from app.features.registry.batches import in_batches
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.facts.projects import FactKey, Member, fact_columns
from app.features.registry.models import Organisation
from app.kit.ids import base58

_PER_QUERY = 400
_ID_BITS = 128
_MEMBER = tuple(getattr(Notice, name) for name in Member.__slots__)
_COMPARED = (
    "role",
    "kind",
    "first_on",
    "event_on",
    "seen_at",
    "amount",
    "amount_kind",
    "title",
    "source_id",
    "site",
    "url",
    "weight",
    "rule",
    "industry",
    "province",
)


@dataclass(slots=True)
class Refreshed:
    """How many facts were made, changed and removed."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def add(self, more: "Refreshed") -> None:
        self.new += more.new
        self.changed += more.changed
        self.gone += more.gone


def new_public_id() -> str:
    return base58(randbits(_ID_BITS))


async def refresh_facts(
    session: WriteSession, keys: Collection[FactKey], *, now: datetime | None = None
) -> Refreshed:
    """Make the facts of these keys what their notices say; those seen `now` were counted before.

    A fact that staff took down or that is under objection stays so, and outlives its notices: otherwise
    undoing an import and running it again would bring it back unseen.
    """
    done = Refreshed()
    for batch in in_batches(sorted(keys), _PER_QUERY):
        done.add(await _refresh(session, batch, now))
    return done


async def _refresh(session: WriteSession, keys: Sequence[FactKey], now: datetime | None) -> Refreshed:
    projects = await _projects(session, keys)
    places = await _places(session, {key.organisation_id for key in keys})
    stored = await _stored(session, keys)
    new, changed, gone = [], [], []
    counted = 0
    for key in keys:
        columns = fact_columns(key.need, projects[key.organisation_id, key.project_key])
        known = stored.get(key)
        if columns is not None:
            columns |= places[key.organisation_id]
        if columns is None and known is not None and known.status == "active":
            gone.append(known.id)
        elif columns is not None and known is None:
            new.append({**key._asdict(), **columns, "status": "active", "public_id": new_public_id()})
        elif columns and known and any(getattr(known, name) != columns[name] for name in _COMPARED):
            changed.append({f"new_{name}": columns[name] for name in _COMPARED} | {"row_id": known.id})
            counted += known.seen_at == now
    await _write(session, new, changed, gone)
    return Refreshed(len(new), len(changed) - counted, len(gone))


async def _projects(session: WriteSession, keys: Iterable[FactKey]) -> dict[tuple[int, str], list[Member]]:
    """The matched notices of each organisation's project."""
    found: dict[tuple[int, str], list[Member]] = defaultdict(list)
    statement = select(Notice.organisation_id, Notice.project_key, *_MEMBER).where(
        Notice.project_key.in_({key.project_key for key in keys}),
        Notice.state == "matched",
        Notice.organisation_id.in_({key.organisation_id for key in keys}),
    )
    for organisation_id, project_key, *columns in await session.execute(statement):
        if organisation_id is not None:
            found[organisation_id, project_key].append(Member(*columns))
    return found


async def _places(session: WriteSession, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Industry and province of each organisation, as a fact copies them."""
    statement = select(Organisation.id, Organisation.industry, Organisation.province).where(
        Organisation.id.in_(ids)
    )
    return {
        id_: {"industry": industry, "province": province or ""}
        for id_, industry, province in await session.execute(statement)
    }


async def _stored(session: WriteSession, keys: Sequence[FactKey]) -> dict[FactKey, Any]:
    compared = (getattr(Fact, name) for name in _COMPARED)
    statement = select(
        Fact.organisation_id, Fact.need, Fact.project_key, Fact.id, Fact.status, *compared
    ).where(tuple_(Fact.organisation_id, Fact.need, Fact.project_key).in_(keys))
    rows: Any = (await session.execute(statement)).all()
    return {FactKey(*row[:3]): row for row in rows}


async def _write(
    session: WriteSession, new: list[dict[str, Any]], changed: list[dict[str, Any]], gone: list[int]
) -> None:
    table: Any = Fact.__table__
    if gone:
        await session.execute(delete(Fact).where(Fact.id.in_(gone)))
    if new:
        await session.execute(insert(table), new)
    if changed:
        connection = await session.connection()
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _COMPARED}
        await connection.execute(
            update(table).where(table.c.id == bindparam("row_id")).values(values), changed
        )
