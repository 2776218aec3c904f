"""Exploring over JSON: the same queries as the pages."""

from fastapi import APIRouter

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.explore import schemas, totals
from app.features.registry.explore.facts import count_facts, facts_by
from app.features.registry.explore.filters import checked
from app.features.registry.explore.forms import FactsAsked, NeedsAsked, OrganisationsAsked
from app.features.registry.explore.organisations import count_with_need, organisations_by
from app.features.registry.explore.presenting import choices_out, needs_out, seen_out
from app.features.registry.facts.schemas import fact_item
from app.features.registry.lookup import REACHABLE
from app.web.cursors import CursorParam, Cursors, CursorsDep, LimitParam
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep
from app.web.policy import ANYONE

router = APIRouter(tags=["explore"], dependencies=[ANYONE.needed])


@router.get("/facts")
async def list_facts(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    asked: FactsAsked,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> schemas.FactListing:
    """Public facts, newest first; at most 1,000 can be reached: add a filter for more."""
    filters = checked(asked, catalogue)
    offset = min(cursors.decode(cursor), REACHABLE - limit)
    found = await facts_by(session, viewer, filters, limit=limit + 1, offset=offset)
    total = await count_facts(session, viewer, filters, bound=REACHABLE + 1)
    return schemas.FactListing(
        items=[fact_item(fact, language) for fact in found[:limit]],
        next=_next(cursors, offset, limit, len(found)),
        total=min(total, REACHABLE),
        total_is_exact=total <= REACHABLE,
    )


@router.get("/explore/organisations")
async def explore_organisations(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    asked: OrganisationsAsked,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> schemas.SeenListing:
    """Organisations by industry, level and province, the best known first; with `need` those with a public
    fact of it, by the newest: never a prediction. At most 1,000 can be reached."""
    filters = checked(asked, catalogue)
    offset = min(cursors.decode(cursor), REACHABLE - limit)
    choices = await totals.choices_of_organisations(session, viewer, filters)
    found = await organisations_by(session, viewer, catalogue, filters, limit=limit + 1, offset=offset)
    total = choices.total
    if filters.need:
        total = await count_with_need(session, viewer, filters, bound=REACHABLE + 1)
    return schemas.SeenListing(
        items=[seen_out(one, language) for one in found[:limit]],
        next=_next(cursors, offset, limit, len(found)),
        total=min(total, REACHABLE) if filters.need else total,
        total_is_exact=not filters.need or total <= REACHABLE,
        choices=choices_out(choices, catalogue, language, industry=filters.industry),
    )


@router.get("/explore/needs")
async def explore_needs(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    asked: NeedsAsked,
) -> schemas.NeedsInGroup:
    """What was bought in an industry and province, or anywhere, by need and year: facts alone."""
    found = await totals.needs_in(session, viewer, checked(asked, catalogue))
    items = needs_out(found, catalogue, language)
    return schemas.NeedsInGroup(items=items, facts=sum(item.facts for item in items))


def _next(cursors: Cursors, offset: int, limit: int, found: int) -> str | None:
    """`found` is one more than a page where a next one follows."""
    following = offset + limit
    return cursors.encode(following) if found > limit and following + limit <= REACHABLE else None
