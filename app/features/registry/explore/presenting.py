"""From what the queries found to its JSON form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore import schemas
from app.features.registry.explore.organisations import Seen
from app.features.registry.explore.totals import Choices, NeedTotal, Total, Whereabouts
from app.features.registry.explore.white_space import WhiteSpace
from app.features.registry.explore.words import NO_PROOF
from app.features.registry.facts.records import FactRecord
from app.features.registry.facts.schemas import fact_item
from app.features.registry.presenting import line_out
from app.kit.places import place_name
from app.kit.text import Language, Text


def seen_out(seen: Seen, language: Language) -> schemas.SeenOrganisation:
    line = line_out(seen.line, language).model_dump()
    return schemas.SeenOrganisation(**line, fact=seen.fact_id, fact_date=seen.fact_on)


def choices_out(
    choices: Choices, catalogue: Catalogue, language: Language, *, industry: str | None
) -> schemas.ChoicesOut:
    levels = catalogue.industries[industry].levels if industry else ()
    return schemas.ChoicesOut(
        industry=_choices(
            {i.code: i.name for i in catalogue.industries.values()}, choices.industry, language
        ),
        level=_choices({level.code: level.name for level in levels}, choices.level, language),
        province=_choices({code: place_name(code) for code in choices.province}, choices.province, language),
        need=_choices({n.slug: n.title for n in catalogue.needs.values()}, choices.need, language),
    )


def _choices(
    names: Mapping[str, Text], counts: Mapping[str, int], language: Language
) -> list[schemas.Choice]:
    """The largest first."""
    known = sorted((code for code in names if counts.get(code)), key=lambda code: -counts[code])
    return [
        schemas.Choice(code=code, name=names[code].in_language(language), count=counts[code])
        for code in known
    ]


def needs_out(
    found: Sequence[NeedTotal], catalogue: Catalogue, language: Language
) -> list[schemas.NeedInGroup]:
    return [
        schemas.NeedInGroup(
            slug=one.need,
            title=catalogue.needs[one.need].title.in_language(language),
            facts=one.total.facts,
            organisations=one.total.organisations,
            amounts=_amounts(one.total),
            by_year=dict(sorted(one.by_year.items())),
        )
        for one in found
        if one.need in catalogue.needs
    ]


def purchases_out(
    found: Whereabouts, newest: Sequence[FactRecord], catalogue: Catalogue, language: Language
) -> schemas.Purchases:
    industries = {code: industry.name for code, industry in catalogue.industries.items()}
    years = ((str(year), total) for year, total in found.by_year)
    return schemas.Purchases(
        facts=found.total.facts,
        organisations=found.total.organisations,
        amounts=_amounts(found.total),
        by_province=_parts(found.by_province, {}, language),
        by_industry=_parts(found.by_industry, industries, language),
        by_year=[part.model_copy(update={"organisations": None}) for part in _parts(years, {}, language)],
        newest=[fact_item(fact, language) for fact in newest],
    )


def _parts(
    parts: Iterable[tuple[str, Total]], names: Mapping[str, Text], language: Language
) -> list[schemas.PartTotal]:
    return [
        schemas.PartTotal(
            code=code,
            name=(names.get(code) or place_name(code)).in_language(language),
            facts=total.facts,
            organisations=total.organisations,
            amounts=_amounts(total),
        )
        for code, total in parts
    ]


def _amounts(total: Total) -> schemas.Amounts:
    known = total.amount_sum if total.amounts else None
    return schemas.Amounts(facts=total.amounts, median=total.amount_median, sum=known)


def white_space_out(found: WhiteSpace, catalogue: Catalogue, language: Language) -> schemas.WhiteSpaceOut:
    return schemas.WhiteSpaceOut(
        group={name: value for name, value in asdict(found.scope).items() if value},
        note=NO_PROOF.in_language(language),
        items=[
            schemas.GapOut(
                slug=gap.need,
                title=catalogue.needs[gap.need].title.in_language(language),
                with_need=gap.with_need,
                organisations=gap.organisations,
                years=found.years,
                facts_url=gap.facts_href,
            )
            for gap in found.gaps
            if gap.need in catalogue.needs
        ],
    )
