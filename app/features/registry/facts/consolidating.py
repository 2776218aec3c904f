"""Keeps facts equal to what the stored notices say: makes, changes and removes them, key by key."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select, tuple_, update

from app.db.engine import WriteSession
from app.features.registry.facts.continuing import Move, Plan, grouped, is_same, plan
from app.features.registry.facts.models import IS_HIDDEN, Fact, Notice
from app.features.registry.facts.projects import FactKey, Member, fact_columns
from app.features.registry.models import Organisation
from app.kit.ids import random_id

_PER_QUERY = 400
_MEMBER = tuple(getattr(Notice, name) for name in Member.__slots__)
_KEY = (Fact.organisation_id, Fact.need, Fact.project_key)
_COMPARED = (
    "project_key",
    "status",
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


async def refresh_facts(
    session: WriteSession,
    keys: Collection[FactKey],
    *,
    moves: Collection[Move] = (),
    now: datetime | None = None,
) -> Refreshed:
    """Make the facts of these keys what their notices say; those seen `now` were counted before.

    A fact that staff took down or that is under objection stays so, and outlives its notices: otherwise
    undoing an import and running it again would bring it back unseen.
    """
    before: dict[FactKey, set[FactKey]] = defaultdict(set)
    for old, new in moves:
        before[new].add(old)
    done = Refreshed()
    for batch in grouped(keys, moves, at_most=_PER_QUERY):
        done.add(await _refresh(session, batch, before, now))
    return done


async def _refresh(
    session: WriteSession,
    keys: Sequence[FactKey],
    moved: Mapping[FactKey, Collection[FactKey]],
    now: datetime | None,
) -> Refreshed:
    projects = await _projects(session, keys)
    # By the whole key alone, SQLite would read an index from end to end.
    ids = {key.organisation_id for key in keys}
    stored = await _stored(session, and_(Fact.organisation_id.in_(ids), tuple_(*_KEY).in_(keys)))
    before = {key: set(moved.get(key, ())) for key in keys}
    hidden = await _hidden_before(session, keys, projects, stored)
    for key, olds in hidden.items():
        before[key] |= olds.keys()
        stored |= olds
    others = {old for olds in hidden.values() for old in olds} - set(keys)
    projects |= await _projects(session, others)
    places = await _places(session, ids)
    said = {}
    for key in (*keys, *sorted(others)):
        columns = fact_columns(key.need, projects.get((key.organisation_id, key.project_key), ()))
        said[key] = columns and columns | places[key.organisation_id]
    return await _carry_out(session, plan(said, stored, before), now)


async def _hidden_before(
    session: WriteSession,
    keys: Sequence[FactKey],
    projects: Mapping[tuple[int, str], Sequence[Member]],
    stored: Mapping[FactKey, Any],
) -> dict[FactKey, dict[FactKey, Any]]:
    """For keys without a fact yet: what was taken down, or is disputed, of the same organisation and need
    and of a title that is theirs."""
    missing = [
        key for key in keys if key not in stored and (key.organisation_id, key.project_key) in projects
    ]
    if not missing:
        return {}
    ids = {key.organisation_id for key in missing}
    hidden = await _stored(session, and_(Fact.organisation_id.in_(ids), IS_HIDDEN))
    found: dict[FactKey, dict[FactKey, Any]] = {}
    for key in missing if hidden else ():
        members = projects[key.organisation_id, key.project_key]
        same = {
            old: row for old, row in hidden.items() if old[:2] == key[:2] and is_same(row.title, key, members)
        }
        if same:
            found[key] = same
    return found


async def _carry_out(session: WriteSession, made: Plan, now: datetime | None) -> Refreshed:
    new = [columns | {"public_id": random_id()} for columns in made.new]
    changed, counted = [], 0
    for known, columns in made.kept:
        if any(getattr(known, name) != columns[name] for name in _COMPARED):
            changed.append({f"new_{name}": columns[name] for name in _COMPARED} | {"row_id": known.id})
            counted += known.seen_at == now
    await _write(session, new, changed, made.gone)
    return Refreshed(len(new), len(changed) - counted, len(made.gone))


async def _projects(session: WriteSession, keys: Collection[FactKey]) -> dict[tuple[int, str], list[Member]]:
    """The matched notices of each organisation's project."""
    if not keys:
        return {}
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


async def _stored(session: WriteSession, narrowed: ColumnElement[bool]) -> dict[FactKey, Any]:
    compared = (getattr(Fact, name) for name in _COMPARED if name != "project_key")
    rows: Any = (await session.execute(select(*_KEY, Fact.id, *compared).where(narrowed))).all()
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
