"""The brief over HTTP: a page made for printing, and a Word document."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.brief import words
from app.features.registry.brief.assembling import assemble
from app.features.registry.brief.contents import Brief
from app.features.registry.brief.links import links_of
from app.features.registry.correction import Correction
from app.features.registry.facts.queries import facts_of
from app.features.registry.forms import CorrectionDep, clean_name
from app.kit import clock
from app.kit.text import Language
from app.kit.viewer import Viewer
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import PageDep

router = APIRouter()


@router.get("/organisations/{public_id}/brief")
async def organisation_brief(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    correction: CorrectionDep,
) -> HTMLResponse:
    answer = await answer_for_organisation(session, catalogue, viewer, public_id, correction)
    return _page(page, await brief_of(session, viewer, answer, page.text_language), answer, correction)


@router.get("/recognise/brief")
async def recognised_brief(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    correction: CorrectionDep,
    name: str = "",
) -> HTMLResponse:
    answer = await answer_for_name(session, catalogue, viewer, clean_name(name), correction)
    return _page(page, await brief_of(session, viewer, answer, page.text_language), answer, correction)


async def brief_of(session: AsyncSession, viewer: Viewer, answer: Answer, language: Language) -> Brief:
    facts = await facts_of(session, viewer, answer.organisation.id) if answer.organisation else ()
    return assemble(answer, facts, language=language, today=clock.today())


def _page(page: PageDep, brief: Brief, answer: Answer, correction: Correction) -> HTMLResponse:
    return page.respond("registry/brief.html", brief=brief, words=words, links=links_of(answer, correction))
