"""Pages: my customers, and bringing in a list of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.features.discovery.my.adding import Added, add_by_names, follow_organisations
from app.features.discovery.my.forms import SORTS, CustomersAsked, CustomersDep, pasted_of
from app.features.discovery.my.listing import Customers, customers_of
from app.features.discovery.my.naming import MAX_NAMES, Named, pasted_names
from app.features.follows.panels import FollowButton
from app.features.follows.policies import KEEPS_FOLLOWS
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.forms import LookupDep
from app.features.registry.queries import lines_of
from app.kit.errors import DomainError, Invalid, LimitReached
from app.kit.subject import Subject
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter(dependencies=[KEEPS_FOLLOWS.needed])
PER_PAGE = 20
_LAST_PAGE = 50
_CHOICE = "choice-"
_ORGANISATIONS = "/organisations/"


@router.get("/my/customers")
async def my_customers(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    asked: CustomersDep,
    number: Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)] = 1,
    added: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """`added`: what was followed just now; the page says so."""
    offset = (number - 1) * PER_PAGE
    found = await customers_of(session, viewer, catalogue, asked, limit=PER_PAGE, offset=offset)
    fresh = await lines_of(session, viewer, catalogue, [added]) if added else []
    return page.respond(
        "discovery/my/customers.html",
        found=found,
        rows=[(one, _button(one.line.public_id)) for one in found.rows[:PER_PAGE]],
        gone=[(one, _button(one.public_id)) for one in found.gone],
        added=fresh[0] if fresh else None,
        asked=asked,
        sorts=[(sort, name, asked.address(sort=sort)) for sort, name in SORTS.items()],
        steps=_steps(asked, number, found),
    )


def _button(public_id: str) -> FollowButton:
    return FollowButton(Subject("organisation", public_id), is_followed=True, is_compact=True)


def _steps(asked: CustomersAsked, number: int, found: Customers) -> dict[str, Any]:
    more = len(found.rows) > PER_PAGE and number < _LAST_PAGE
    return {
        "first": (number - 1) * PER_PAGE + 1,
        "last": (number - 1) * PER_PAGE + min(len(found.rows), PER_PAGE),
        "previous": asked.address(page=number - 1) if number > 1 else None,
        "next": asked.address(page=number + 1) if more else None,
    }


@router.post("/my/customers")
async def add_customer(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    lookup: LookupDep,
) -> Response:
    """By a name, or by the suggestion that was chosen; a name that is not certain asks which one is meant."""
    fields = await typed(request)
    chosen = fields.get("chosen", "").removeprefix(_ORGANISATIONS)
    try:
        if chosen and await lines_of(session, viewer, catalogue, [chosen]):
            await follow_organisations(database, viewer, [chosen])
            return _to_customers(chosen)
        names = pasted_names(fields.get("q", ""))
        done = await add_by_names(request, database, session, viewer, catalogue, lookup, names)
    except (Invalid, LimitReached) as error:
        return _import_form(page, error=error, pasted=fields.get("q", ""))
    if len(names) == 1 and done.certain:
        return _to_customers(done.certain[0].lines[0].public_id)
    return _imported(page, done)


def _to_customers(added: str = "") -> Response:
    more = f"&added={added}" if added else ""
    return RedirectResponse(f"/my/customers?sort=since{more}", status_code=303)


@router.get("/my/customers/import")
async def import_form(page: PageDep) -> HTMLResponse:
    return _import_form(page)


@router.post("/my/customers/import")
async def import_names(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    lookup: LookupDep,
) -> Response:
    """Follow what is certain; show what is not, to choose from, and what is in no data."""
    pasted = ""
    try:
        pasted = await pasted_of(request)
        done = await add_by_names(request, database, session, viewer, catalogue, lookup, pasted_names(pasted))
    except (Invalid, LimitReached) as error:
        return _import_form(page, error=error, pasted=pasted)
    return _imported(page, done)


@router.post("/my/customers/choices")
async def choose(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
) -> Response:
    """Which organisations were meant by the names that fit several; the names in no data stay on the page."""
    fields = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    wanted = [value for name, value in fields.items() if name.startswith(_CHOICE) and value]
    lines = await lines_of(session, viewer, catalogue, list(dict.fromkeys(wanted))[:MAX_NAMES])
    rest = [Named(line.strip()) for line in fields.get("rest", "").splitlines() if line.strip()]
    try:
        new = await follow_organisations(database, viewer, [line.public_id for line in lines])
    except LimitReached as error:
        return _import_form(page, error=error, pasted="\n".join(line.name for line in lines))
    if not rest:
        return _to_customers()
    certain = [Named(line.name, (line,), is_certain=True) for line in lines]
    return _imported(page, Added(certain, [], rest, new))


def _imported(page: Page, done: Added) -> HTMLResponse:
    return page.respond("discovery/my/imported.html", done=done, choice=_CHOICE)


def _import_form(page: Page, *, error: DomainError | None = None, pasted: str = "") -> HTMLResponse:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    told: Mapping[str, Any] = {"error": error.message if error else None, "pasted": pasted}
    return page.respond("discovery/my/import.html", status_code=status, limit=MAX_NAMES, **told)
