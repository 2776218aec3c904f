"""The home page."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.features.discovery.queries import examples_for
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.queries import count_organisations
from app.kit import clock
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import PageDep

router = APIRouter()


@router.get("/")
async def home(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, catalogue: CatalogueDep
) -> HTMLResponse:
    """One large box, with living examples underneath."""
    return page.respond(
        "discovery/home.html",
        examples=await examples_for(session, viewer, catalogue, day=clock.today()),
        organisations=await count_organisations(session),
    )
