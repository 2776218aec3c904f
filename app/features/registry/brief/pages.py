"""The brief over HTTP: a page made for printing, and a Word document."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.answers import answer_for_name, answer_for_organisation
from app.features.registry.brief import words
from app.features.registry.brief.contents import Brief
from app.features.registry.brief.links import BriefLinks, file_name, links_of
from app.features.registry.brief.reading import brief_of
from app.features.registry.forms import CorrectionDep, clean_name
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.pages import PageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])


@dataclass(frozen=True, slots=True)
class Asked:
    brief: Brief
    links: BriefLinks


async def _known(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    correction: CorrectionDep,
) -> Asked:
    answer = await answer_for_organisation(session, catalogue, viewer, public_id, correction)
    brief = await brief_of(session, viewer, answer, language=page.text_language)
    return Asked(brief, links_of(answer, correction))


async def _typed(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    correction: CorrectionDep,
    name: str = "",
) -> Asked:
    answer = await answer_for_name(session, catalogue, viewer, clean_name(name), correction)
    brief = await brief_of(session, viewer, answer, language=page.text_language)
    return Asked(brief, links_of(answer, correction))


KnownDep = Annotated[Asked, Depends(_known)]
TypedDep = Annotated[Asked, Depends(_typed)]


@router.get("/organisations/{public_id}/brief")
async def organisation_brief(page: PageDep, asked: KnownDep) -> HTMLResponse:
    return _page(page, asked)


@router.get("/recognise/brief")
async def recognised_brief(page: PageDep, asked: TypedDep) -> HTMLResponse:
    return _page(page, asked)


@router.get("/organisations/{public_id}/brief.docx")
async def organisation_document(page: PageDep, asked: KnownDep) -> Response:
    return await _document(page, asked.brief)


@router.get("/recognise/brief.docx")
async def recognised_document(page: PageDep, asked: TypedDep) -> Response:
    return await _document(page, asked.brief)


def _page(page: PageDep, asked: Asked) -> HTMLResponse:
    return page.respond("registry/brief.html", brief=asked.brief, words=words, links=asked.links)


async def _document(page: PageDep, brief: Brief) -> Response:
    from app.features.registry.brief import document  # its library is only loaded when used

    content = await asyncio.to_thread(document.render, brief, page.language)
    named = quote(file_name(brief), safe="")
    headers = {
        # The name in ASCII for old browsers, and as RFC 5987 says.
        "content-disposition": f"attachment; filename=\"brief.docx\"; filename*=UTF-8''{named}",
        "cache-control": "no-cache",
        "vary": "Cookie, Accept-Language",
    }
    return Response(content, headers=headers, media_type=document.MEDIA_TYPE)
