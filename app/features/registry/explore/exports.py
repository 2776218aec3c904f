"""The tables of these pages as CSV, and new facts as a feed."""

from collections.abc import AsyncIterator, Iterable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.dependencies import CatalogueDep
from app.features.knowledge.queries import need as need_view
from app.features.registry.explore import totals
from app.features.registry.explore.facts import facts_by, run_of_facts
from app.features.registry.explore.feeds import feed_of
from app.features.registry.explore.filters import checked
from app.features.registry.explore.forms import FactsAsked, NeedsAsked, OrganisationsAsked
from app.features.registry.explore.organisations import organisations_by
from app.features.registry.explore.rows import (
    FACT_COLUMNS,
    GAP_COLUMNS,
    NEED_COLUMNS,
    ORGANISATION_COLUMNS,
    WHEREABOUTS_COLUMNS,
    fact_row,
    gap_rows,
    need_row,
    organisation_row,
    whereabouts_rows,
)
from app.features.registry.explore.white_space import white_space_of
from app.features.registry.facts.records import FactRecord
from app.features.registry.lookup import REACHABLE
from app.kit.errors import NotFound
from app.kit.text import Language, Text
from app.web.csv_files import Cell, at_once, csv_file
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.feeds import feed_answer
from app.web.pages import LanguageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])
FACT_ROWS = 10_000
_FEED_ITEMS = 50
_GAPS = 200


@router.get("/explore/organisations.csv")
async def organisations_csv(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    asked: OrganisationsAsked,
) -> Response:
    filters = checked(asked, catalogue)
    found = await organisations_by(session, viewer, catalogue, filters, limit=REACHABLE)
    rows = [organisation_row(one, language) for one in found]
    return csv_file("top-organisations", ORGANISATION_COLUMNS, at_once(rows), language)


@router.get("/explore/needs.csv")
async def needs_csv(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    asked: NeedsAsked,
) -> Response:
    found = await totals.needs_in(session, viewer, checked(asked, catalogue))
    years = totals.years_of(found)[::-1]
    columns = (*NEED_COLUMNS, *(Text(zh=str(year), en=str(year)) for year in years))
    rows = [
        need_row(catalogue.needs[one.need], one, years, language)
        for one in found
        if one.need in catalogue.needs
    ]
    return csv_file("top-needs", columns, at_once(rows), language)


@router.get("/explore/needs/{slug}.csv")
async def whereabouts_csv(
    slug: str, session: ReadSessionDep, viewer: ViewerDep, catalogue: CatalogueDep, language: LanguageDep
) -> Response:
    """Where, when and for how much one need was bought."""
    need = need_view(catalogue, slug).need
    found = await totals.whereabouts_of(session, viewer, need.slug)
    rows = whereabouts_rows(found, catalogue, language) if found else []
    return csv_file(f"top-{need.slug}", WHEREABOUTS_COLUMNS, at_once(rows), language)


@router.get("/explore/facts.csv")
async def facts_csv(
    database: DatabaseDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    asked: FactsAsked,
) -> Response:
    found = run_of_facts(database, viewer, checked(asked, catalogue), limit=FACT_ROWS)
    return csv_file("top-facts", FACT_COLUMNS, _fact_rows(found, catalogue, language), language)


async def _fact_rows(
    batches: AsyncIterator[Sequence[FactRecord]], catalogue: Catalogue, language: Language
) -> AsyncIterator[Iterable[Sequence[Cell]]]:
    async for facts in batches:
        yield [fact_row(fact, catalogue, language) for fact in facts]


@router.get("/explore/white-space/{public_id}.csv")
async def white_space_csv(
    public_id: str,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
) -> Response:
    """Needs that organisations like this one had and this one was not seen to have."""
    found = await white_space_of(session, viewer, public_id, limit=_GAPS)
    if found is None:
        raise NotFound(
            Text(
                zh="没有这个单位，或有公开公告的同类单位太少，无从比较。",
                en="There is no such organisation, or too few like it have published notices to compare.",
            ),
            field="id",
        )
    return csv_file("top-white-space", GAP_COLUMNS, at_once(gap_rows(found, catalogue, language)), language)


@router.get("/explore/facts.rss")
async def facts_feed(
    request: Request,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    asked: FactsAsked,
) -> Response:
    """The newest facts by event date, narrowed like the page."""
    filters = checked(asked, catalogue)
    found = await facts_by(session, viewer, filters, limit=_FEED_ITEMS)
    base: str = request.app.state.settings.public_address
    return feed_answer(request, feed_of(found, filters, catalogue, language, base=base))
