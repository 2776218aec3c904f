"""The pack over JSON: the same queries as the pages."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.features.knowledge import queries
from app.features.knowledge.catalogue import Category, RegulationKind
from app.features.knowledge.dependencies import CatalogueDep
from app.features.knowledge.schemas import (
    Budget,
    Case,
    CodedName,
    IndustryDetail,
    IndustryWeight,
    NeedDetail,
    NeedSummary,
    OutlineDetail,
    Reference,
    RegulationDetail,
    RegulationSummary,
    coded,
    need_summary,
    notes_out,
    reference,
    regulation_summary,
    texts,
    weighted,
)
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.listing import Listing
from app.web.pages import LanguageDep
from app.web.policy import ANYONE
from app.web.related import RelatedDep

router = APIRouter(tags=["knowledge"], dependencies=[ANYONE.needed])
IndustryParam = Annotated[str | None, Query(max_length=40, description="industry code")]


@router.get("/industries")
async def list_industries(
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
) -> Listing[CodedName]:
    """Every industry of the pack."""
    items, following = cursors.page(queries.industries(catalogue), cursors.decode(cursor), limit)
    return Listing[CodedName](items=[coded(item, language) for item in items], next=following)


@router.get("/industries/{code}")
async def show_industry(
    code: str, catalogue: CatalogueDep, language: LanguageDep, related: RelatedDep
) -> IndustryDetail:
    """One industry with its sub-industries, levels, typical needs and regulations."""
    view = queries.industry(catalogue, code)
    return IndustryDetail(
        code=view.industry.code,
        name=view.industry.name.in_language(language),
        sub_industries=[coded(sub, language) for sub in view.industry.sub_industries],
        levels=[coded(level, language) for level in view.industry.levels],
        needs=[weighted(need, prior, language) for need, prior in view.needs],
        regulations=[reference(regulation, language) for regulation in view.regulations],
        related=await related.about("industry", code),
    )


@router.get("/needs")
async def list_needs(
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    category: Category | None = None,
    industry: IndustryParam = None,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
) -> Listing[NeedSummary]:
    """The need catalogue, of one category or industry where asked."""
    found = queries.needs(catalogue, category=category, industry_code=industry)
    items, following = cursors.page(found, cursors.decode(cursor), limit)
    return Listing[NeedSummary](items=[need_summary(item, language) for item in items], next=following)


@router.get("/needs/{slug}")
async def show_need(
    slug: str, catalogue: CatalogueDep, language: LanguageDep, related: RelatedDep
) -> NeedDetail:
    """One need: what drives it, how to go about it, what to ask, where it matters most."""
    view = queries.need(catalogue, slug)
    need = view.need
    return NeedDetail(
        slug=need.slug,
        title=need.title.in_language(language),
        category=need.category,
        budget=Budget(low=need.budget_low, high=need.budget_high),
        description=need.description.in_language(language),
        buying_triggers=texts(need.buying_triggers, language),
        owner_role=need.owner_role.in_language(language),
        discovery_questions=texts(need.discovery_questions, language),
        regulations=[reference(regulation, language) for regulation in view.regulations],
        outlines=[reference(outline, language) for outline in view.outlines],
        industries=[
            IndustryWeight(
                code=industry.code,
                name=industry.name.in_language(language),
                weight=prior.weight,
                reason=prior.reason.in_language(language),
            )
            for industry, prior in view.industries
        ],
        notes=notes_out(catalogue.notes, language),
        related=await related.about("need", slug),
    )


@router.get("/regulations")
async def list_regulations(
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    kind: RegulationKind | None = None,
    industry: IndustryParam = None,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
) -> Listing[RegulationSummary]:
    """Laws, standards, evaluations and policies, of one kind or binding one industry where asked."""
    found = queries.regulations(catalogue, kind=kind, industry_code=industry)
    items, following = cursors.page(found, cursors.decode(cursor), limit)
    return Listing[RegulationSummary](
        items=[regulation_summary(item, language) for item in items], next=following
    )


@router.get("/regulations/{slug}")
async def show_regulation(
    slug: str, catalogue: CatalogueDep, language: LanguageDep, related: RelatedDep
) -> RegulationDetail:
    """One regulation: paraphrased obligation, date, whom it binds and which needs it drives."""
    view = queries.regulation(catalogue, slug)
    regulation = view.regulation
    return RegulationDetail(
        **regulation_summary(regulation, language).model_dump(),
        number=regulation.number.in_language(language) if regulation.number else None,
        issuer=regulation.issuer.in_language(language),
        applies_to=regulation.applies_to.in_language(language),
        obligation=regulation.obligation.in_language(language),
        note=regulation.note.in_language(language) if regulation.note else None,
        confidence=regulation.confidence,
        verified_by=regulation.verified_by,
        source_url=regulation.source_url,
        industries=sorted(regulation.industries),
        needs=[reference(need, language) for need in view.needs],
        related=await related.about("regulation", slug),
    )


@router.get("/outlines")
async def list_outlines(
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
) -> Listing[Reference]:
    """Vendor-neutral solution outlines."""
    items, following = cursors.page(queries.outlines(catalogue), cursors.decode(cursor), limit)
    return Listing[Reference](items=[reference(item, language) for item in items], next=following)


@router.get("/outlines/{slug}")
async def show_outline(slug: str, catalogue: CatalogueDep, language: LanguageDep) -> OutlineDetail:
    """One outline: steps, checklist, pitfalls, how to compare, when not to."""
    view = queries.outline(catalogue, slug)
    outline, case = view.outline, view.outline.typical_case
    return OutlineDetail(
        slug=outline.slug,
        title=outline.title.in_language(language),
        needs=[reference(need, language) for need in view.needs],
        steps=texts(outline.steps, language),
        delivery_checklist=texts(outline.delivery_checklist, language),
        common_pitfalls=texts(outline.common_pitfalls, language),
        comparison_criteria=texts(outline.comparison_criteria, language),
        when_not_to=texts(outline.when_not_to, language),
        rough_effort=outline.rough_effort.in_language(language),
        typical_case=Case(
            industry=case.industry,
            region_type=case.region_type.in_language(language),
            what_was_done=case.what_was_done.in_language(language),
            result=case.result.in_language(language),
        ),
    )
