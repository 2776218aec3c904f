"""Pages for exploring: organisations, needs and public facts, each narrowed by what stands in the address."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.explore import charts, exports, totals
from app.features.registry.explore.facts import count_facts, facts_by
from app.features.registry.explore.filters import NO_FILTERS, Filters, address, checked, without_leftovers
from app.features.registry.explore.forms import FactsAsked, NeedsAsked, OrganisationsAsked
from app.features.registry.explore.organisations import count_with_need, organisations_by
from app.features.registry.explore.views import filter_bar, listed
from app.features.registry.lookup import REACHABLE
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import PageDep
from app.web.policy import ANYONE
from app.web.related import ShownDep

router = APIRouter(dependencies=[ANYONE.needed])
router.include_router(exports.router)
PER_PAGE = 20
_LAST_PAGE = REACHABLE // PER_PAGE
_NEWEST_SHOWN = 8
_NEEDS_SHOWN = 8
_PROVINCES_SHOWN = 10
PageNumber = Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)]


@router.get("/explore")
async def explore(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, catalogue: CatalogueDep
) -> HTMLResponse:
    """Where to start: what there is, by industry, province and need, and what is new."""
    organisations = await totals.choices_of_organisations(session, viewer, NO_FILTERS)
    facts = await totals.choices_of_facts(session, viewer, NO_FILTERS)
    needs = sorted(facts.need.items(), key=lambda pair: -pair[1])[:_NEEDS_SHOWN]
    return page.respond(
        "registry/explore/index.html",
        organisations=organisations,
        facts=facts,
        industries=[
            industry for code, industry in catalogue.industries.items() if code in organisations.industry
        ],
        provinces=sorted(organisations.province.items(), key=lambda pair: -pair[1]),
        needs=[(catalogue.needs[slug], count) for slug, count in needs if slug in catalogue.needs],
        newest=listed(
            await facts_by(session, viewer, NO_FILTERS, limit=_NEWEST_SHOWN), catalogue, with_needs=True
        ),
        feed="/explore/facts.rss",
    )


@router.get("/explore/organisations")
async def organisations(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    asked: OrganisationsAsked,
    shown: ShownDep,
    number: PageNumber = 1,
) -> HTMLResponse:
    """With a need: those with a public fact of it. Of one province alone it is the page of that region."""
    filters = checked(without_leftovers(asked, catalogue), catalogue)
    offset = (number - 1) * PER_PAGE
    choices = await totals.choices_of_organisations(session, viewer, filters)
    found = await organisations_by(session, viewer, catalogue, filters, limit=PER_PAGE + 1, offset=offset)
    total = choices.total
    if filters.need:
        total = await count_with_need(session, viewer, filters, bound=REACHABLE + 1)
    region = filters.province if filters == Filters(province=filters.province) else None
    return page.respond(
        "registry/explore/organisations.html",
        need=catalogue.needs[filters.need] if filters.need else None,
        region=region,
        panels=await shown.about("region", region) if region else (),
        seen=found[:PER_PAGE],
        filters=filters,
        total=total,
        total_is_exact=not filters.need or total <= REACHABLE,
        bar=filter_bar(
            "/explore/organisations", filters, choices, catalogue, ("industry", "level", "province", "need")
        ),
        csv=address("/explore/organisations.csv", filters),
        pager=_pager("/explore/organisations", filters, number, len(found)),
    )


@router.get("/explore/needs")
async def needs(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, catalogue: CatalogueDep, asked: NeedsAsked
) -> HTMLResponse:
    """What was bought, by need and year."""
    filters = checked(asked, catalogue)
    choices = await totals.choices_of_facts(session, viewer, filters)
    found = [one for one in await totals.needs_in(session, viewer, filters) if one.need in catalogue.needs]
    years = totals.years_of(found)
    sums = [sum(one.by_year.get(year, 0) for one in found) for year in years]
    return page.respond(
        "registry/explore/needs.html",
        rows=[(catalogue.needs[one.need], one) for one in found],
        years=years,
        sums=sums,
        columns=charts.columns(years, sums),
        most=max((one.total.facts for one in found), default=0),
        filters=filters,
        links={
            one.need: address(
                "/explore/facts", Filters(one.need, filters.industry, None, None, filters.province)
            )
            for one in found
        },
        bar=filter_bar("/explore/needs", filters, choices, catalogue, ("industry", "province")),
        csv=address("/explore/needs.csv", filters),
    )


@router.get("/explore/facts")
async def facts(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    asked: FactsAsked,
    number: PageNumber = 1,
) -> HTMLResponse:
    """The public facts behind every count."""
    filters = checked(without_leftovers(asked, catalogue), catalogue)
    offset = (number - 1) * PER_PAGE
    choices = await totals.choices_of_facts(session, viewer, filters)
    found = await facts_by(session, viewer, filters, limit=PER_PAGE + 1, offset=offset)
    return page.respond(
        "registry/explore/facts.html",
        need=catalogue.needs[filters.need] if filters.need else None,
        facts=listed(found[:PER_PAGE], catalogue, with_needs=not filters.need),
        filters=filters,
        total=await count_facts(session, viewer, filters, bound=REACHABLE + 1),
        bar=filter_bar(
            "/explore/facts",
            filters,
            choices,
            catalogue,
            ("need", "industry", "sub_industry", "level", "province"),
        ),
        csv=address("/explore/facts.csv", filters),
        feed=address("/explore/facts.rss", filters),
        pager=_pager("/explore/facts", filters, number, len(found)),
    )


def _pager(path: str, filters: Filters, number: int, found: int) -> dict[str, object]:
    """`found` is one more than a page where a next one follows; `is_cut`: more follow than can be reached."""
    first = (number - 1) * PER_PAGE + 1
    more = found > PER_PAGE
    return {
        "first": first,
        "last": first + min(found, PER_PAGE) - 1,
        "previous": address(path, filters, page=number - 1 if number > 2 else None) if number > 1 else None,
        "next": address(path, filters, page=number + 1) if more and number < _LAST_PAGE else None,
        "is_cut": more and number == _LAST_PAGE,
    }
