"""Finding organisations by SQL while the search engine is away: exact names and beginnings only."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from app.db.quick import Reader
from app.features.registry.models import Organisation, OrganisationAlias
from search.analysis.names import analyse
from search.analysis.normalise import normalise
from search.contract import Hit, MatchedBy

_AFTER_ALL = "\U0010ffff"  # sorts behind every continuation of a prefix
_ACTIVE = Organisation.status == "active"
_TIERS: tuple[MatchedBy, ...] = ("exact", "alias", "core", "prefix", "initials")


async def find_by_sql(
    session: Reader, text: str, *, industry: str | None = None, province: str | None = None, limit: int
) -> list[Hit]:
    """Best tier first, inside a tier the best known; every condition reads an index."""
    folded = normalise(text)
    if not folded:
        return []
    narrowed = [_ACTIVE]
    if industry:
        narrowed.append(Organisation.industry == industry)
    if province:
        narrowed.append(Organisation.province == province)
    parts = [
        _tier(number, condition, narrowed, limit=limit)
        for number, condition in enumerate(_conditions(folded, analyse(text).core))
        if condition is not None
    ]
    rows = (await session.execute(union_all(*(select(part.subquery()) for part in parts)))).all()
    best: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.tier, -row.rank, row.public_id)):
        best.setdefault(row.public_id, row)
    return [
        Hit(row.public_id, row.name, float(len(_TIERS) - row.tier), _TIERS[row.tier], row.name)
        for row in list(best.values())[:limit]
    ]


def _conditions(folded: str, core: str) -> Sequence[Any]:
    """In the order of _TIERS; None where a tier cannot apply."""
    aliased = select(OrganisationAlias.organisation_id).where(OrganisationAlias.alias_norm == folded)
    return (
        Organisation.name_norm == folded,
        Organisation.id.in_(aliased),
        Organisation.core == core if len(core) >= 2 else None,
        Organisation.name_norm.between(folded, folded + _AFTER_ALL),
        Organisation.initials.between(folded, folded + _AFTER_ALL) if folded.isascii() else None,
    )


def _tier(number: int, condition: Any, narrowed: Sequence[Any], *, limit: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Organisation.public_id, Organisation.name, Organisation.rank, literal(number).label("tier"))
        .where(condition, *narrowed)
        .order_by(Organisation.rank.desc(), Organisation.id)
        .limit(limit)
    )
