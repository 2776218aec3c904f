"""The filters of a list as its page shows them: choices with their counts, and what is chosen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.features.knowledge.catalogue import CATEGORY_NAMES, Catalogue, Level, Need, SubIndustry
from app.features.registry.explore.filters import Filters, address
from app.features.registry.explore.totals import Choices
from app.features.registry.facts.records import FactRecord
from app.kit.places import place_name
from app.kit.text import Text
from search.analysis.regions import provinces

FIELD_NAMES: Mapping[str, Text] = {
    "industry": Text(zh="行业", en="Industry"),
    "sub_industry": Text(zh="细分", en="Kind"),
    "level": Text(zh="级别", en="Level"),
    "province": Text(zh="省份", en="Province"),
    "need": Text(zh="需求", en="Need"),
    "years": Text(zh="时间", en="Time"),
}


_PART_OF: Mapping[str, type[SubIndustry | Level]] = {"sub_industry": SubIndustry, "level": Level}


@dataclass(frozen=True, slots=True)
class Option:
    """`count` is None where it is not known."""

    value: str
    name: Text
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One select: its options in groups, whose name is None where there is but one."""

    name: str
    label: Text
    groups: tuple[tuple[Text | None, tuple[Option, ...]], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set, and the address of the list without it."""

    label: Text
    value: Text
    without: str


@dataclass(frozen=True, slots=True)
class FilterBar:
    path: str
    fields: tuple[Field, ...]
    chosen: tuple[Chosen, ...]
    kept: Mapping[str, str | int]  # filters that the form has no field for


@dataclass(frozen=True, slots=True)
class ListedFact:
    """One project at one organisation, and the needs it speaks of; none where the list is about one need."""

    fact: FactRecord
    needs: tuple[Need, ...]


def listed(facts: Iterable[FactRecord], catalogue: Catalogue, *, with_needs: bool) -> list[ListedFact]:
    """Facts of one project stand next to each other and become one line."""
    lines = []
    for _, same in groupby(facts, key=lambda fact: (fact.organisation_id, fact.project_key)):
        together = list(same)
        needs = tuple(catalogue.needs[fact.need] for fact in together if fact.need in catalogue.needs)
        lines.append(ListedFact(together[0], needs if with_needs else ()))
    return lines


def filter_bar(
    path: str, filters: Filters, choices: Choices, catalogue: Catalogue, fields: Sequence[str]
) -> FilterBar:
    made = (_FIELDS[name](filters, choices, catalogue) for name in fields)
    shown = tuple(field for field in made if any(options for _, options in field.groups))
    names = {field.name for field in shown}
    chosen = tuple(
        Chosen(FIELD_NAMES[name], value_name(name, filters, catalogue), address(path, filters.without(name)))
        for name in filters.as_query()
    )
    kept = {name: value for name, value in filters.as_query().items() if name not in names}
    return FilterBar(path, shown, chosen, kept)


def value_name(field: str, filters: Filters, catalogue: Catalogue) -> Text:
    """What the chosen value of a filter is called."""
    value = getattr(filters, field)
    if field == "years":
        return Text(zh=f"近 {value} 年", en=f"last {value} years" if value != 1 else "last year")
    if field == "province":
        return place_name(value)
    if field == "need":
        return catalogue.needs[value].title
    if field == "industry":
        return catalogue.industries[value].name
    industry = catalogue.industries[filters.industry or ""]
    parts: list[SubIndustry | Level] = [*industry.sub_industries, *industry.levels]
    names = {part.code: part.name for part in parts if isinstance(part, _PART_OF[field])}
    return names[value]


def _industry(filters: Filters, choices: Choices, catalogue: Catalogue) -> Field:
    names = {code: industry.name for code, industry in catalogue.industries.items()}
    return _field("industry", _options(names, choices.industry, filters.industry))


def _sub_industry(filters: Filters, choices: Choices, catalogue: Catalogue) -> Field:
    """Nobody counts by sub-industry."""
    industry = catalogue.industries.get(filters.industry or "")
    subs = industry.sub_industries if industry else ()
    options = (Option(sub.code, sub.name, None, sub.code == filters.sub_industry) for sub in subs)
    return _field("sub_industry", tuple(options))


def _level(filters: Filters, choices: Choices, catalogue: Catalogue) -> Field:
    industry = catalogue.industries.get(filters.industry or "")
    levels = industry.levels if industry else ()
    if choices.level or not filters.level:
        names = {level.code: level.name for level in levels}
        return _field("level", _options(names, choices.level, filters.level))
    options = (Option(level.code, level.name, None, level.code == filters.level) for level in levels)
    return _field("level", tuple(options))


def _province(filters: Filters, choices: Choices, catalogue: Catalogue) -> Field:
    names = {province: place_name(province) for province in provinces()}
    return _field("province", _options(names, choices.province, filters.province))


def _need(filters: Filters, choices: Choices, catalogue: Catalogue) -> Field:
    groups = []
    for category, title in CATEGORY_NAMES.items():
        names = {slug: need.title for slug, need in catalogue.needs.items() if need.category == category}
        options = _options(names, choices.need, filters.need)
        if options:
            groups.append((title, options))
    return Field("need", FIELD_NAMES["need"], tuple(groups))


def _field(name: str, options: tuple[Option, ...]) -> Field:
    return Field(name, FIELD_NAMES[name], ((None, options),))


def _options(names: Mapping[str, Text], counts: Mapping[str, int], chosen: str | None) -> tuple[Option, ...]:
    """Those with anything behind them, the largest first, and the chosen one in any case."""
    values: Iterable[str] = (value for value in names if counts.get(value) or value == chosen)
    ordered = sorted(values, key=lambda value: -counts.get(value, 0))
    return tuple(Option(value, names[value], counts.get(value, 0), value == chosen) for value in ordered)


_FIELDS: Mapping[str, Callable[[Filters, Choices, Catalogue], Field]] = {
    "industry": _industry,
    "sub_industry": _sub_industry,
    "level": _level,
    "province": _province,
    "need": _need,
}
