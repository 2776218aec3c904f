"""Puts the things of a pack together: indexes by slug, and the links between them resolved once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from app.features.knowledge.catalogue import Catalogue, Need, Outline, Prior


def assemble(parts: Mapping[str, Sequence[Any]], *, version: str) -> Catalogue:
    """A catalogue from checked things by kind (see `entries`); links must be whole."""
    needs: dict[str, Need] = {need.slug: need for need in parts["need"]}
    outlines: dict[str, Outline] = {outline.slug: outline for outline in parts["outline"]}
    priors: tuple[Prior, ...] = tuple(parts["prior"])
    (notes,) = parts["notes"]
    return Catalogue(
        version=version,
        industries={industry.code: industry for industry in parts["industry"]},
        conflict_rules=tuple(parts["conflict_rule"]),
        regulations={regulation.slug: regulation for regulation in parts["regulation"]},
        needs=needs,
        outlines=outlines,
        priors=priors,
        region_hints=tuple(parts["region_hint"]),
        notes=notes,
        outlines_of_need=_grouped((need, outline) for outline in outlines.values() for need in outline.needs),
        needs_of_regulation=_grouped((slug, need) for need in needs.values() for slug in need.drivers),
        priors_of_industry=_grouped((prior.industry, prior) for prior in priors),
    )


def _grouped(pairs: Any) -> dict[str, tuple[Any, ...]]:
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
