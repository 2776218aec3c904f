"""Reads of the room: the current catalogue, and single things of it with their links resolved.

Everything but the first query works in memory on the catalogue and raises NotFound for unknown slugs.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, select

from app.db.quick import Reader
from app.features.knowledge.assembling import assemble
from app.features.knowledge.catalogue import (
    Catalogue,
    Category,
    Industry,
    Need,
    Outline,
    Prior,
    Regulation,
    RegulationKind,
)
from app.features.knowledge.entries import kinds_in_order, parts_from, version_of
from app.features.knowledge.errors import PackNotLoaded, not_found
from app.features.knowledge.models import KnowledgeEntry, KnowledgePack
from app.features.knowledge.views import IndustryView, NeedView, OutlineView, RegulationView
from app.kit.errors import Invalid
from app.kit.text import Text

# Asked by every request: built once, of the table, for building it takes longer than running it.
_VERSION = select(KnowledgePack.__table__.c.version)
_RECENT_SECONDS = 1.0
# One pack at a time. Two requests that meet a new version both build it, to the same end.
_current: dict[str, Catalogue] = {}


async def current_catalogue(session: Reader) -> Catalogue:
    """The loaded pack: one small select, and the rest from memory unless the version is new.

    Raises PackNotLoaded.
    """
    version = await session.scalar(_VERSION)
    if version is None:
        raise PackNotLoaded
    known = _current.get(version)
    if known is None:
        known = await stored_catalogue(session)
        _current.clear()
        _current[known.version] = known
    return known


class RecentCatalogue:
    """The loaded pack as it was at most a second ago, for what is asked with every keystroke.

    One for each database: it remembers what it saw last.
    """

    def __init__(self) -> None:
        self._seen: tuple[float, Catalogue] | None = None

    async def at_hand(self, reader: Reader) -> Catalogue:
        """Raises PackNotLoaded."""
        now = time.monotonic()
        if self._seen is None or now - self._seen[0] > _RECENT_SECONDS:
            self._seen = now, await current_catalogue(reader)
        return self._seen[1]


async def stored_catalogue(session: Reader) -> Catalogue:
    """The loaded pack, built anew from its rows. Raises PackNotLoaded.

    The version is taken from the rows themselves: another pack may be committed between two selects.
    """
    entry = KnowledgeEntry
    rows = (
        await session.execute(select(entry.kind, entry.position, entry.slug, entry.digest, entry.body))
    ).all()
    try:
        # About a tenth of a second of parsing: not on the event loop.
        return await asyncio.to_thread(_built, rows)
    except (ValidationError, KeyError, ValueError) as error:
        raise PackNotLoaded from error


def _built(rows: Sequence[Row[Any]]) -> Catalogue:
    order = {kind: number for number, kind in enumerate(kinds_in_order())}
    ordered = sorted(rows, key=lambda row: (order[row.kind], row.position))
    parts = parts_from((row.kind, row.body) for row in ordered)
    return assemble(parts, version=version_of((row.kind, row.slug, row.digest) for row in ordered))


def industry(catalogue: Catalogue, code: str) -> IndustryView:
    found = catalogue.industries.get(code)
    if found is None:
        raise not_found(Text(zh="行业", en="industry"), code)
    strongest = _strongest(catalogue)
    rules = [rule for (where, _), rule in strongest.items() if where == code]
    rules.sort(key=lambda rule: -rule.weight)
    own = [r for r in catalogue.regulations.values() if code in r.industries]
    everybody = [
        r for r in catalogue.regulations.values() if "all" in r.industries and code not in r.industries
    ]
    needs = tuple((catalogue.needs[rule.need], rule) for rule in rules)
    return IndustryView(found, needs, (*own, *everybody))


def need(catalogue: Catalogue, slug: str) -> NeedView:
    found = catalogue.needs.get(slug)
    if found is None:
        raise not_found(Text(zh="需求", en="need"), slug)
    rules = [rule for (_, what), rule in _strongest(catalogue).items() if what == slug]
    rules.sort(key=lambda rule: -rule.weight)
    return NeedView(
        found,
        regulations=tuple(catalogue.regulations[driver] for driver in found.drivers),
        outlines=catalogue.outlines_of_need.get(slug, ()),
        industries=tuple((catalogue.industries[rule.industry], rule) for rule in rules),
    )


def regulation(catalogue: Catalogue, slug: str) -> RegulationView:
    found = catalogue.regulations.get(slug)
    if found is None:
        raise not_found(Text(zh="法规标准", en="regulation"), slug)
    bound = [i for code, i in catalogue.industries.items() if code in found.industries]
    everybody = "all" in found.industries
    return RegulationView(
        found, catalogue.needs_of_regulation.get(slug, ()), () if everybody else tuple(bound)
    )


def outline(catalogue: Catalogue, slug: str) -> OutlineView:
    found = catalogue.outlines.get(slug)
    if found is None:
        raise not_found(Text(zh="方案提纲", en="outline"), slug)
    shared: dict[str, int] = {}
    for need_slug in found.needs:
        for other in catalogue.outlines_of_need[need_slug]:
            shared[other.slug] = shared.get(other.slug, 0) + 1
    shared.pop(slug)
    return OutlineView(
        found,
        needs=tuple(catalogue.needs[need_slug] for need_slug in found.needs),
        case_industry=catalogue.industries[found.typical_case.industry],
        others=tuple(catalogue.outlines[other] for other in sorted(shared, key=lambda name: -shared[name])),
    )


def industries(catalogue: Catalogue) -> tuple[Industry, ...]:
    return tuple(catalogue.industries.values())


def needs(
    catalogue: Catalogue, *, category: Category | None = None, industry_code: str | None = None
) -> tuple[Need, ...]:
    """In pack order; of one category, or listed for one industry (Invalid where it is unknown)."""
    listed = catalogue.needs.values()
    if industry_code is not None:
        _refuse_unknown_industry(catalogue, industry_code)
        expected = {expected.slug for expected, _ in industry(catalogue, industry_code).needs}
        listed = [one for one in listed if one.slug in expected]  # type: ignore[assignment]
    return tuple(one for one in listed if category in (None, one.category))


def regulations(
    catalogue: Catalogue, *, kind: RegulationKind | None = None, industry_code: str | None = None
) -> tuple[Regulation, ...]:
    """In pack order; of one kind, or binding one industry (Invalid where it is unknown)."""
    if industry_code is not None:
        _refuse_unknown_industry(catalogue, industry_code)
    return tuple(
        one
        for one in catalogue.regulations.values()
        if kind in (None, one.kind) and (industry_code is None or one.binds(industry_code))
    )


def _refuse_unknown_industry(catalogue: Catalogue, code: str) -> None:
    if code not in catalogue.industries:
        known = ", ".join(catalogue.industries)
        raise Invalid(
            Text(zh=f"没有这个行业代码；可选：{known}", en=f"No such industry code; there are: {known}"),
            field="industry",
        )


def outlines(catalogue: Catalogue) -> tuple[Outline, ...]:
    return tuple(catalogue.outlines.values())


@lru_cache(maxsize=4)
def _strongest(catalogue: Catalogue) -> dict[tuple[str, str], Prior]:
    """The strongest rule of each industry for each need; the least specific among equals."""
    best: dict[tuple[str, str], Prior] = {}
    for rule in catalogue.priors:
        known = best.get((rule.industry, rule.need))
        if known is None or rule.weight > known.weight:
            best[rule.industry, rule.need] = rule
    return best


async def industry_names(session: Reader) -> Mapping[str, Text]:
    """By code, in the order of the pack; none before one is loaded."""
    try:
        catalogue = await current_catalogue(session)
    except PackNotLoaded:
        return {}
    return {one.code: one.name for one in catalogue.industries.values()}
