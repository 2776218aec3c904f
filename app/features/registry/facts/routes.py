"""Pages of public facts: one with its history, and all of an organisation."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.responses import StreamingResponse

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.facts.histories import fact_of
from app.features.registry.facts.listing import REACHABLE, list_facts
from app.features.registry.facts.sheet import COLUMNS, row_of
from app.features.registry.queries import organisation_of
from app.kit.text import Text
from app.web.csv_files import at_once, csv_file
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep, PageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])
PER_PAGE = 20


@router.get("/facts/{public_id}")
async def fact(
    public_id: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep, catalogue: CatalogueDep
) -> HTMLResponse:
    """What was bought, by whom and when, where that was published, and how it was read."""
    history = await fact_of(session, viewer, public_id)
    return page.respond("registry/fact.html", history=history, need=catalogue.needs.get(history.fact.need))


@router.get("/organisations/{public_id}/facts")
async def facts_of_organisation(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    number: Annotated[int, Query(alias="page", ge=1, le=REACHABLE // PER_PAGE)] = 1,
) -> HTMLResponse:
    """All public facts of an organisation, newest first."""
    organisation = await organisation_of(session, viewer, public_id)
    offset = (number - 1) * PER_PAGE
    found = await list_facts(session, viewer, organisation.public_id, limit=PER_PAGE, offset=offset)
    address = f"/organisations/{organisation.public_id}/facts"
    first, last = offset + 1, offset + len(found.facts)
    return page.respond(
        "registry/organisation_facts.html",
        organisation=organisation,
        facts=found.facts,
        total=found.total,
        is_cut=found.total >= REACHABLE,
        needs=catalogue.needs,
        csv=f"{address}.csv",
        where=Text(zh=f"第 {first}–{last} 条", en=f"{first}–{last}"),
        previous=f"{address}?page={number - 1}" if number > 1 else None,
        next=f"{address}?page={number + 1}" if last < found.total else None,
    )


@router.get("/organisations/{public_id}/facts.csv")
async def facts_as_csv(
    public_id: str,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
) -> StreamingResponse:
    """The same list as a file, at most 1,000 rows."""
    organisation = await organisation_of(session, viewer, public_id)
    found = await list_facts(session, viewer, organisation.public_id, limit=REACHABLE)
    rows = [row_of(fact, catalogue, language) for fact in found.facts]
    return csv_file(f"facts-{organisation.public_id}", COLUMNS, at_once(rows), language)
