"""The reads of the registry. Public data: every viewer sees the same, yet every read names its viewer."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    Select,
    String,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.quick import Reader, rows
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.batches import in_batches
from app.features.registry.licences import attribution
from app.features.registry.life.whereabouts import moved
from app.features.registry.models import (
    Organisation,
    OrganisationAlias,
    OrganisationCount,
    OrganisationSource,
    Source,
)
from app.features.registry.records import LineRow, OrganisationLine, OrganisationRecord, line_from
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

COMPARABLE = 8
_LONGEST_ID = 40
_ACTIVE = Organisation.status == "active"
LINE_COLUMNS = (
    Organisation.public_id,
    Organisation.name,
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.level,
    Organisation.province,
    Organisation.city,
    Organisation.district,
    Organisation.provenance,
    Organisation.inferred,
)
_TABLE = Organisation.__table__.c
# Lines are read by statements for one id to _FEW, as keystrokes ask them, and one for many.
_FEW, _MOST_AT_ONCE = 8, 100
_ID_NAMES = tuple(f"id_{position}" for position in range(_MOST_AT_ONCE))
_RECORD_COLUMNS = (
    Organisation.id,
    Organisation.public_id,
    Organisation.name,
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.level,
    Organisation.province,
    Organisation.city,
    Organisation.district,
    Organisation.inferred,
    Organisation.provenance,
    Organisation.code,
    Organisation.scale,
    Organisation.rank,
    Organisation.rev,
)


async def organisation_of(session: AsyncSession, viewer: Viewer, public_id: str) -> OrganisationRecord:
    """The whole record. Raises NotFound, and OrganisationMoved for one that went elsewhere or closed."""
    statement = select(*_RECORD_COLUMNS).where(Organisation.public_id == public_id, _ACTIVE)
    row = (await session.execute(statement)).one_or_none() if _is_id(public_id) else None
    if row is None and _is_id(public_id) and (gone := await moved(session, public_id)):
        raise gone
    if row is None:
        raise NotFound(
            Text(
                zh="没有这个单位。链接可能有误；请按名称重新查找。",
                en="There is no such organisation. The link may be wrong; please look it up by name.",
            ),
            field="id",
        )
    names, sources = await _names_and_sources(session, row.id)
    former = tuple(name for name, kind in names if kind == "former")
    aliases = tuple(name for name, _ in names)
    return OrganisationRecord(**row._mapping, aliases=aliases, former_names=former, sources=sources)


def _is_id(public_id: str) -> bool:
    return 0 < len(public_id) <= _LONGEST_ID and public_id.isascii() and public_id.isalnum()


async def _names_and_sources(
    session: AsyncSession, id_: int
) -> tuple[list[tuple[str, str]], tuple[Text, ...]]:
    """The other names with their kinds, and the attributions."""
    aliases = select(
        literal("alias"), OrganisationAlias.alias, OrganisationAlias.kind, OrganisationAlias.id
    ).where(OrganisationAlias.organisation_id == id_)
    sources = (
        select(literal("source"), Source.key, Source.licence, Source.id)
        .join(OrganisationSource, OrganisationSource.source_id == Source.id)
        .where(OrganisationSource.organisation_id == id_)
    )
    rows: Any = (await session.execute(union_all(aliases, sources))).all()
    ordered = sorted(rows, key=lambda row: row[3])
    return (
        [(name, kind) for table, name, kind, _ in ordered if table == "alias"],
        tuple(attribution(text, licence) for kind, text, licence, _ in ordered if kind == "source"),
    )


async def lines_of(
    session: Reader, viewer: Viewer, catalogue: Catalogue, public_ids: Sequence[str]
) -> list[OrganisationLine]:
    """In the order of the ids; those that are gone are left out."""
    known = await known_of(session, viewer, public_ids)
    return [line_from(catalogue, known[public_id]) for public_id in public_ids if public_id in known]


async def known_of(session: Reader, viewer: Viewer, public_ids: Sequence[str]) -> dict[str, LineRow]:
    """By id, what `line_from` makes a line of; without those that are gone."""
    found: dict[str, LineRow] = {}
    for some in in_batches(public_ids, _MOST_AT_ONCE):
        wanted = len(some) if len(some) <= _FEW else _MOST_AT_ONCE
        padded = [*some, *[some[0]] * (wanted - len(some))]
        for row in await rows(session, _lines_by_id(wanted), dict(zip(_ID_NAMES, padded, strict=False))):
            found[row[0]] = row
    return found


@cache
def _lines_by_id(size: int) -> Select[Any]:
    """Of the table's columns, built once: every keystroke asks it, and running it is the lesser work."""
    *plain, inferred = (_TABLE[column.key] for column in LINE_COLUMNS)
    ids: list[BindParameter[str]] = [bindparam(name) for name in _ID_NAMES[:size]]
    return select(*plain, cast_to(inferred, String)).where(
        _TABLE.public_id.in_(ids), _TABLE.status == literal_column("'active'")
    )


async def comparable_to(
    session: AsyncSession,
    viewer: Viewer,
    catalogue: Catalogue,
    profile: Profile,
    *,
    without: str | None = None,
    limit: int = COMPARABLE,
) -> list[OrganisationLine]:
    """Same industry, sub-industry and level, as far as these are known: those of the same city, then of
    the same province, then the best known elsewhere. Of one place the derived names come last."""
    alike = _of_kind(profile.industry, profile.sub_industry, profile.level)
    places = [
        {field: place} for field, place in (("city", profile.city), ("province", profile.province)) if place
    ]
    scopes = [alike | place for place in (*places, {})]
    lines = await _best_known(session, catalogue, scopes, limit=limit + 1)
    distinct = dict.fromkeys(
        line for line in lines if line.public_id != without and line.name != profile.name
    )
    return sorted(distinct, key=lambda line: _nearness(line, profile))[:limit]


def _nearness(line: OrganisationLine, profile: Profile) -> tuple[bool, bool, bool]:
    """Sorts the nearest first; the order inside is left as it was."""
    same_province = line.province is not None and line.province == profile.province
    same_city = same_province and line.city is not None and line.city == profile.city
    return not same_city, not same_province, line.provenance == "derived"


async def known_in_industry(
    session: AsyncSession, viewer: Viewer, catalogue: Catalogue, industry: str, *, limit: int
) -> list[OrganisationLine]:
    """The best known organisations of an industry."""
    return await _best_known(session, catalogue, [{"industry": industry}], limit=limit)


async def known_of_kinds(
    session: AsyncSession,
    viewer: Viewer,
    catalogue: Catalogue,
    kinds: Iterable[tuple[str, str | None, str | None]],
    *,
    limit: int,
) -> list[OrganisationLine]:
    """The best known of each (industry, sub-industry or any, level or any), kind by kind in turn."""
    scopes = [_of_kind(*kind) for kind in kinds]
    lines = await _best_known(session, catalogue, scopes, limit=limit) if scopes else []
    return list(dict.fromkeys(lines))[:limit]


def _of_kind(industry: str, sub_industry: str | None, level: str | None) -> dict[str, str]:
    kind = {"industry": industry, "sub_industry": sub_industry, "level": level}
    return {field: value for field, value in kind.items() if value is not None}


async def _best_known(
    session: AsyncSession, catalogue: Catalogue, scopes: Sequence[Mapping[str, str]], *, limit: int
) -> list[OrganisationLine]:
    """At most `limit` of each scope (attributes and their values), scope by scope."""
    shapes = tuple(tuple(scope) for scope in scopes)
    values = {
        f"{field}_{number}": value for number, scope in enumerate(scopes) for field, value in scope.items()
    }
    found = await session.execute(_best_known_statement(shapes, limit), values)
    return [line_from(catalogue, row) for row in cast(Any, found.all())]


@lru_cache(256)
def _best_known_statement(shapes: tuple[tuple[str, ...], ...], limit: int) -> Any:
    """An ordered read of an index for each scope, in one round trip: one read of all would sort the whole
    group. Kept by its shape, for building it takes longer than running it."""
    parts = [
        select(*(_TABLE[column.key] for column in LINE_COLUMNS))
        .where(*(_TABLE[field] == bindparam(f"{field}_{number}") for field in shape))
        .where(_TABLE.status == literal_column("'active'"))
        .order_by(_TABLE["rank"].desc(), _TABLE.id)
        .limit(limit)
        for number, shape in enumerate(shapes)
    ]
    return union_all(*(select(part.subquery()) for part in parts))


async def count_organisations(session: AsyncSession) -> int:
    """How many there are, from the stored counts."""
    return await session.scalar(select(func.coalesce(func.sum(OrganisationCount.organisations), 0))) or 0
