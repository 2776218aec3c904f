"""One row of each table, as its file has it: plain numbers and dates, names in the reader's language."""

from collections.abc import Sequence

from app.features.knowledge.catalogue import Catalogue, Need
from app.features.registry.explore.organisations import Seen
from app.features.registry.explore.totals import NeedTotal, Total, Whereabouts
from app.features.registry.explore.white_space import WhiteSpace
from app.features.registry.facts.records import FactRecord
from app.features.registry.records import PROVENANCE_WORDS
from app.kit.places import place_name
from app.kit.text import Language, Text
from app.web.csv_files import Cell

ORGANISATION_COLUMNS = (
    Text(zh="编号", en="id"),
    Text(zh="单位", en="organisation"),
    Text(zh="行业", en="industry"),
    Text(zh="级别", en="level"),
    Text(zh="省份", en="province"),
    Text(zh="城市", en="city"),
    Text(zh="名称来源", en="provenance of the name"),
    Text(zh="最近公开事实日期", en="newest public fact"),
)
FACT_COLUMNS = (
    Text(zh="编号", en="id"),
    Text(zh="日期", en="date"),
    Text(zh="单位", en="organisation"),
    Text(zh="角色", en="role"),
    Text(zh="需求代码", en="need code"),
    Text(zh="需求", en="need"),
    Text(zh="类型", en="kind"),
    Text(zh="标题", en="title"),
    Text(zh="金额（元）", en="amount (CNY)"),
    Text(zh="金额性质", en="kind of amount"),
    Text(zh="省份", en="province"),
    Text(zh="发布网站", en="site"),
    Text(zh="来源", en="source"),
    Text(zh="收录日期", en="date seen"),
    Text(zh="有异议", en="disputed"),
)
_SUMS = (
    Text(zh="公开事实", en="public facts"),
    Text(zh="单位", en="organisations"),
    Text(zh="有金额的事实", en="facts with an amount"),
    Text(zh="金额中位数（元）", en="median amount (CNY)"),
    Text(zh="金额合计（元）", en="sum of amounts (CNY)"),
)
NEED_COLUMNS = (Text(zh="需求代码", en="need code"), Text(zh="需求", en="need"), *_SUMS)
WHEREABOUTS_COLUMNS = (Text(zh="按", en="by"), Text(zh="范围", en="where or when"), *_SUMS)
GAP_COLUMNS = (
    Text(zh="需求代码", en="need code"),
    Text(zh="需求", en="need"),
    Text(zh="有此公开事实的同类单位", en="similar organisations with a public fact of it"),
    Text(zh="有公开公告的同类单位", en="similar organisations with public notices"),
    Text(zh="近几年", en="years"),
)
_PROVINCE = Text(zh="省份", en="province")
_YEAR = Text(zh="年份", en="year")
_INDUSTRY = Text(zh="行业", en="industry")
_DISPUTED = Text(zh="有异议，待核实", en="disputed, being checked")
_EVERYTHING = Text(zh="全部", en="all")


def organisation_row(seen: Seen, language: Language) -> Sequence[Cell]:
    line = seen.line
    return (
        line.public_id,
        line.name,
        line.industry.in_language(language) if line.industry else None,
        line.level.in_language(language) if line.level else None,
        place_name(line.province or "").in_language(language),
        line.city,
        PROVENANCE_WORDS[line.provenance].in_language(language),
        seen.fact_on,
    )


def fact_row(fact: FactRecord, catalogue: Catalogue, language: Language) -> Sequence[Cell]:
    need, amount_kind = catalogue.needs.get(fact.need), fact.amount_kind_name
    return (
        fact.public_id,
        fact.event_on,
        fact.organisation,
        fact.role_name.in_language(language),
        fact.need,
        need.title.in_language(language) if need else None,
        fact.kind_name.in_language(language),
        fact.title,
        fact.amount,
        amount_kind.in_language(language) if amount_kind else None,
        place_name(fact.province).in_language(language),
        fact.site,
        fact.source.in_language(language),
        fact.seen_at.date(),
        _DISPUTED.in_language(language) if fact.is_disputed else None,
    )


def need_row(need: Need, one: NeedTotal, years: Sequence[int], language: Language) -> Sequence[Cell]:
    by_year = (one.by_year.get(year, 0) for year in years)
    return (need.slug, need.title.in_language(language), *_sums(one.total), *by_year)


def whereabouts_rows(
    found: Whereabouts, catalogue: Catalogue, language: Language
) -> Sequence[Sequence[Cell]]:
    industries = [
        (catalogue.industries[code].name.in_language(language), total)
        for code, total in found.by_industry
        if code in catalogue.industries
    ]
    places = [(place_name(province).in_language(language), total) for province, total in found.by_province]
    # Of single years nobody counts the organisations.
    years = [(str(year), total) for year, total in found.by_year]
    parts = ((_PROVINCE, places), (_INDUSTRY, industries))
    return [
        (_EVERYTHING.in_language(language), None, *_sums(found.total)),
        *((by.in_language(language), name, *_sums(total)) for by, part in parts for name, total in part),
        *((_YEAR.in_language(language), year, total.facts, None, *_sums(total)[2:]) for year, total in years),
    ]


def gap_rows(found: WhiteSpace, catalogue: Catalogue, language: Language) -> Sequence[Sequence[Cell]]:
    return [
        (
            gap.need,
            catalogue.needs[gap.need].title.in_language(language),
            gap.with_need,
            gap.organisations,
            found.years,
        )
        for gap in found.gaps
        if gap.need in catalogue.needs
    ]


def _sums(total: Total) -> tuple[Cell, ...]:
    known = total.amount_sum if total.amounts else None
    return total.facts, total.organisations, total.amounts, total.amount_median, known
