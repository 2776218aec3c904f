"""Public facts over JSON: the same reads as their pages."""

from fastapi import APIRouter

from app.features.registry.facts.histories import fact_of
from app.features.registry.facts.listing import REACHABLE, list_facts
from app.features.registry.facts.schemas import FactItem, FactOut, fact_item, fact_out
from app.features.registry.queries import organisation_of
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep
from app.web.policy import ANYONE

router = APIRouter(tags=["facts"], route_class=StrictRoute, dependencies=[ANYONE.needed])


@router.get("/facts/{public_id}")
async def show_fact(
    public_id: str, session: ReadSessionDep, viewer: ViewerDep, language: LanguageDep
) -> FactOut:
    """One public fact with its history."""
    return fact_out(await fact_of(session, viewer, public_id), language)


@router.get("/organisations/{public_id}/facts")
async def list_facts_of_organisation(
    public_id: str,
    session: ReadSessionDep,
    viewer: ViewerDep,
    language: LanguageDep,
    cursors: CursorsDep,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> Listing[FactItem]:
    """The public facts of an organisation, newest first; at most 1,000 can be reached."""
    offset = min(cursors.decode(cursor), REACHABLE)
    organisation = await organisation_of(session, viewer, public_id)
    page = await list_facts(session, viewer, organisation.public_id, limit=limit, offset=offset)
    following = offset + limit
    return Listing(
        items=[fact_item(fact, language) for fact in page.facts],
        next=cursors.encode(following) if following < page.total else None,
    )
