"""What a reader narrows the lists by."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from urllib.parse import urlencode

from app.features.knowledge.catalogue import Catalogue, Industry
from app.kit.errors import Invalid
from app.kit.text import Text
from search.analysis.regions import provinces

MAX_YEARS = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """Codes of the catalogue, the full name of a province, and the last `years`; None narrows nothing."""

    need: str | None = None
    industry: str | None = None
    sub_industry: str | None = None
    level: str | None = None
    province: str | None = None
    years: int | None = None

    def __bool__(self) -> bool:
        return any(self.as_query().values())

    def as_query(self) -> Mapping[str, str | int]:
        return {name: value for name, value in asdict(self).items() if value}

    def without(self, field: str) -> "Filters":
        """A sub-industry and a level mean nothing without their industry."""
        dropped = ("industry", "sub_industry", "level") if field == "industry" else (field,)
        return replace(self, **dict.fromkeys(dropped))


NO_FILTERS = Filters()


def address(path: str, filters: Filters, **more: str | int | None) -> str:
    """Of a list narrowed so."""
    query = dict(filters.as_query()) | {name: value for name, value in more.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def without_leftovers(filters: Filters, catalogue: Catalogue) -> Filters:
    """Whoever changes the industry in a form still sends the sub-industry and level of the one before."""
    industry = catalogue.industries.get(filters.industry or "")
    if industry is None and filters.industry:
        return filters  # to be refused
    subs = {sub.code for sub in industry.sub_industries} if industry else set()
    levels = {level.code for level in industry.levels} if industry else set()
    known = list(catalogue.industries.values())
    leftover_sub = filters.sub_industry not in subs and filters.sub_industry in _sub_codes(known)
    leftover_level = filters.level not in levels and filters.level in _level_codes(known)
    return replace(
        filters,
        sub_industry=None if leftover_sub else filters.sub_industry,
        level=None if leftover_level else filters.level,
    )


def checked(filters: Filters, catalogue: Catalogue) -> Filters:
    """The same filters. Raises Invalid naming the field and what it accepts."""
    if filters.need and filters.need not in catalogue.needs:
        raise _no_such_need(filters.need, catalogue)
    _accept("industry", filters.industry, list(catalogue.industries))
    _accept("province", filters.province, provinces())
    for field in ("sub_industry", "level"):
        if getattr(filters, field) and not filters.industry:
            raise Invalid(
                Text(
                    zh=f"用“{field}”筛选时须同时给出“industry”：各行业的代码含义不同。",
                    en=f"“{field}” needs “industry” beside it: the codes of two industries differ.",
                ),
                field=field,
            )
    if filters.industry:
        industry = [catalogue.industries[filters.industry]]
        _accept("sub_industry", filters.sub_industry, _sub_codes(industry))
        _accept("level", filters.level, _level_codes(industry))
    return filters


def _sub_codes(industries: Sequence[Industry]) -> list[str]:
    return [sub.code for industry in industries for sub in industry.sub_industries]


def _level_codes(industries: Sequence[Industry]) -> list[str]:
    return [level.code for industry in industries for level in industry.levels]


def _accept(field: str, value: str | None, accepted: Sequence[str]) -> None:
    if value and value not in accepted:
        listed = ", ".join(accepted)
        raise Invalid(
            Text(zh=f"“{field}”只能是：{listed}", en=f"“{field}” must be one of: {listed}"), field=field
        )


def _no_such_need(slug: str, catalogue: Catalogue) -> Invalid:
    close = ", ".join(get_close_matches(slug, catalogue.needs, n=3)) if slug.isascii() else ""
    return Invalid(
        Text(
            zh="“need”不是需求目录里的代码。"
            + (f"是不是：{close}？" if close else "")
            + "全部代码见 /api/v1/needs，也可在 /needs 里挑选。",
            en="“need” is no slug of the need catalogue. "
            + (f"Did you mean: {close}? " if close else "")
            + "All of them are at /api/v1/needs; you can also pick one at /needs.",
        ),
        field="need",
    )
