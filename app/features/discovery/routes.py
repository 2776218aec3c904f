"""The home page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from app.features.discovery.queries import Examples
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.queries import count_organisations
from app.kit import clock
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import PageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])


async def _examples(request: Request) -> Examples:
    examples: Examples = request.app.state.examples
    return examples


@router.get("/")
async def home(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    examples: Annotated[Examples, Depends(_examples)],
) -> HTMLResponse:
    """One large box, with living examples underneath."""
    return page.respond(
        "discovery/home.html",
        examples=await examples.of_day(session, viewer, catalogue, day=clock.today()),
        organisations=await count_organisations(session),
    )
