"""My customers over JSON: the same reads and writes as the pages."""

from fastapi import APIRouter, Request

from app.features.discovery.my.adding import add_by_names
from app.features.discovery.my.forms import CustomersDep
from app.features.discovery.my.listing import customers_of
from app.features.discovery.my.schemas import AddedOut, CustomerListing, CustomerNames, added_out, listing_out
from app.features.follows.policies import KEEPS_FOLLOWS
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.forms import LookupDep
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.pages import LanguageDep

router = APIRouter(tags=["follows"], route_class=StrictRoute, dependencies=[KEEPS_FOLLOWS.needed])


@router.get("/my/customers")
async def list_customers(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    cursors: CursorsDep,
    asked: CustomersDep,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> CustomerListing:
    """The organisations you follow, each with its likeliest needs (predictions) and newest public fact."""
    offset = cursors.decode(cursor)
    found = await customers_of(session, viewer, catalogue, asked, limit=limit, offset=offset)
    following = cursors.encode(offset + limit) if len(found.rows) > limit else None
    return listing_out(found, catalogue, language, limit=limit, following=following)


@router.post("/my/customers/names")
async def add_customers(
    body: CustomerNames,
    request: Request,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    lookup: LookupDep,
    language: LanguageDep,
) -> AddedOut:
    """Follow the organisations of these names where there is no doubt which are meant; doing it again
    changes nothing. Ten names count as one read."""
    names = list(dict.fromkeys(body.names))
    done = await add_by_names(request, database, session, viewer, catalogue, lookup, names)
    return added_out(done, language)
