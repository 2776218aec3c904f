"""Organisations by industry, level and province, and those with a public fact of a need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.db.quick import Reader
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore.filters import Filters
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import SHOWN, VISIBLE
from app.features.registry.models import Organisation
from app.features.registry.queries import LINE_COLUMNS
from app.features.registry.records import OrganisationLine, line_from
from app.kit.viewer import Viewer

_ACTIVE = Organisation.status == "active"
_BEST_KNOWN_FIRST = (Organisation.rank.desc(), Organisation.id)


@dataclass(frozen=True, slots=True)
class Seen:
    """An organisation in a list; with a need asked for, its newest public fact of it."""

    line: OrganisationLine
    fact_id: str | None = None  # public id
    fact_on: date | None = None


async def organisations_by(
    session: Reader, viewer: Viewer, catalogue: Catalogue, filters: Filters, *, limit: int, offset: int = 0
) -> Sequence[Seen]:
    """With a need: those with a public fact of it, by the newest. Else the best known first."""
    if filters.need:
        statement = _with_need(filters, LINE_COLUMNS).limit(limit).offset(offset)
        rows: Any = (await session.execute(statement)).all()
        return [Seen(line_from(catalogue, row[:-2]), row[-2], row[-1]) for row in rows]
    scopes = _scopes(filters, catalogue)
    rows = (await session.execute(_best_known(scopes, limit=limit, offset=offset))).all()
    return [Seen(line_from(catalogue, row[:-2])) for row in rows]


async def count_with_need(session: Reader, viewer: Viewer, filters: Filters, *, bound: int) -> int:
    """Organisations with a public fact of the need; at most `bound`."""
    some = _with_need(filters, (Organisation.id,)).limit(bound).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


def _with_need(filters: Filters, columns: Iterable[Any]) -> Select[*tuple[Any, ...]]:
    """Walks the facts of the need from the newest; an older fact of the same organisation is passed over
    by one look into an index."""
    newer = aliased(Fact)
    is_newest = ~(
        select(newer.id)
        .where(
            newer.organisation_id == Fact.organisation_id,
            newer.need == Fact.need,
            newer.status.in_(SHOWN),
            or_(
                newer.event_on > Fact.event_on,
                and_(newer.event_on == Fact.event_on, newer.id > Fact.id),
            ),
        )
        .exists()
    )
    wanted = (
        (Fact.need, filters.need),
        (Fact.industry, filters.industry),
        (Fact.province, filters.province),
        (Organisation.level, filters.level),
    )
    return (
        select(*columns, Fact.public_id.label("fact_id"), Fact.event_on)
        .select_from(Fact)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, is_newest, *(column == value for column, value in wanted if value))
        .order_by(Fact.event_on.desc(), Fact.id.desc())
    )


def _scopes(filters: Filters, catalogue: Catalogue) -> list[dict[str, str | None]]:
    """The parts that an index holds in the order of the list: it has one for each industry, for each
    province, and for the sub-industries of both."""
    if filters.industry is None:
        if filters.province:
            return [{"province": filters.province}]
        return [{"industry": code} for code in catalogue.industries]
    chosen = {"industry": filters.industry, "level": filters.level, "province": filters.province}
    narrowed = {field: value for field, value in chosen.items() if value}
    if len(narrowed) == 1:
        return [dict(narrowed)]
    subs = [sub.code for sub in catalogue.industries[filters.industry].sub_industries]
    return [{**narrowed, "sub_industry": sub} for sub in (*subs, None)]


def _best_known(
    scopes: Iterable[Mapping[str, str | None]], *, limit: int, offset: int
) -> Select[*tuple[Any, ...]]:
    """Reads at most `offset + limit` of each scope and merges them."""
    order = (Organisation.rank, Organisation.id)
    parts = [
        select(*LINE_COLUMNS, *order)
        .where(_ACTIVE, *_conditions(scope))
        .order_by(*_BEST_KNOWN_FIRST)
        .limit(offset + limit)
        .subquery()
        for scope in scopes
    ]
    merged = union_all(*(select(part) for part in parts)).subquery()
    return select(merged).order_by(merged.c.rank.desc(), merged.c.id).limit(limit).offset(offset)


def _conditions(scope: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    columns = Organisation.__table__.c
    return [columns[field] == value for field, value in scope.items()]
