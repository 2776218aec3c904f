"""Pages of the pack: industries, needs, regulations, outlines, linked to each other."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from app.features.knowledge import queries
from app.features.knowledge.catalogue import (
    CATEGORY_NAMES,
    REGULATION_KIND_NAMES,
    Catalogue,
    Category,
    Need,
    Outline,
    RegulationKind,
)
from app.features.knowledge.dependencies import CatalogueDep
from app.kit.text import Text
from app.web.pages import PageDep
from app.web.policy import ANYONE
from app.web.related import ShownDep

router = APIRouter(dependencies=[ANYONE.needed])


@router.get("/industries")
async def industries(page: PageDep, catalogue: CatalogueDep) -> HTMLResponse:
    return page.respond("knowledge/industries.html", industries=queries.industries(catalogue))


@router.get("/industries/{code}")
async def industry(code: str, page: PageDep, catalogue: CatalogueDep, shown: ShownDep) -> HTMLResponse:
    view = queries.industry(catalogue, code)
    return page.respond(
        "knowledge/industry.html",
        industry=view.industry,
        needs=view.needs,
        regulations=view.regulations,
        panels=await shown.about("industry", code),
    )


@router.get("/needs")
async def needs(
    page: PageDep, catalogue: CatalogueDep, category: Annotated[Category, Query()] = "network_security"
) -> HTMLResponse:
    counts = Counter(need.category for need in queries.needs(catalogue))
    return page.respond(
        "knowledge/needs.html",
        counts=[(each, name, counts[each]) for each, name in CATEGORY_NAMES.items()],
        category=category,
        needs=queries.needs(catalogue, category=category),
    )


@router.get("/needs/{slug}")
async def need(slug: str, page: PageDep, catalogue: CatalogueDep, shown: ShownDep) -> HTMLResponse:
    view = queries.need(catalogue, slug)
    return page.respond(
        "knowledge/need.html",
        need=view.need,
        drivers=view.regulations,
        outlines=view.outlines,
        industries=view.industries,
        notes=catalogue.notes,
        panels=await shown.about("need", slug),
    )


@router.get("/regulations")
async def regulations(
    page: PageDep, catalogue: CatalogueDep, kind: Annotated[RegulationKind, Query()] = "law"
) -> HTMLResponse:
    counts = Counter(regulation.kind for regulation in queries.regulations(catalogue))
    return page.respond(
        "knowledge/regulations.html",
        counts=[(each, name, counts[each]) for each, name in REGULATION_KIND_NAMES.items()],
        kind=kind,
        regulations=queries.regulations(catalogue, kind=kind),
    )


@router.get("/regulations/{slug}")
async def regulation(slug: str, page: PageDep, catalogue: CatalogueDep, shown: ShownDep) -> HTMLResponse:
    view = queries.regulation(catalogue, slug)
    return page.respond(
        "knowledge/regulation.html",
        regulation=view.regulation,
        needs=view.needs,
        industries=view.industries,
        notes=catalogue.notes,
        panels=await shown.about("regulation", slug),
    )


@router.get("/outlines")
async def outlines(page: PageDep, catalogue: CatalogueDep) -> HTMLResponse:
    return page.respond("knowledge/outlines.html", groups=_by_category(catalogue))


@router.get("/outlines/{slug}")
async def outline(slug: str, page: PageDep, catalogue: CatalogueDep) -> HTMLResponse:
    view = queries.outline(catalogue, slug)
    return page.respond(
        "knowledge/outline.html",
        outline=view.outline,
        needs=view.needs,
        case_industry=view.case_industry,
        others=view.others,
        notes=catalogue.notes,
    )


def _by_category(catalogue: Catalogue) -> list[tuple[Category, Text, list[tuple[Outline, list[Need]]]]]:
    """Each outline once, under the category of the first need it serves."""
    groups: dict[Category, list[tuple[Outline, list[Need]]]] = {category: [] for category in CATEGORY_NAMES}
    for outline in queries.outlines(catalogue):
        served = [catalogue.needs[slug] for slug in outline.needs]
        groups[served[0].category].append((outline, served))
    return [(category, CATEGORY_NAMES[category], rows) for category, rows in groups.items()]
