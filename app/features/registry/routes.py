"""Pages of the registry: looking an organisation up, and the answer for one."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.brief import pages as brief_pages
from app.features.registry.brief.links import BriefLinks, links_of
from app.features.registry.forms import Chosen, CorrectionDep, LookupDep, clean_name, clean_query
from app.features.registry.found_by import found_by
from app.features.registry.lookup import REACHABLE, Found, Wanted
from app.features.registry.suggestion_list import suggestion_list
from app.kit.subject import Subject
from app.kit.text import Text
from app.kit.viewer import ANONYMOUS
from app.web.dependencies import PanelsDep, ReadSessionDep, ViewerDep
from app.web.keystrokes import Keystroke, typed
from app.web.pages import PageDep, language_of
from app.web.policy import ANYONE
from search.analysis.regions import provinces

router = APIRouter(dependencies=[ANYONE.needed])
router.include_router(brief_pages.router)
PER_PAGE = 20
_LAST_PAGE = REACHABLE // PER_PAGE


@router.get("/lookup")
async def lookup(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    lookup: LookupDep,
    q: str = "",
    industry: Chosen = None,
    province: Chosen = None,
    everything: Annotated[bool, Query(alias="all")] = False,
    number: Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)] = 1,
) -> Response:
    """The one organisation meant, a list to choose from, or the answer for a name that is in no data.

    With `all` it is always the list.
    """
    text = clean_query(q)
    wanted = Wanted(text, industry or None, province or None, PER_PAGE, (number - 1) * PER_PAGE)
    found = await lookup.search(session, catalogue, viewer, wanted)
    is_plain = number == 1 and not wanted.industry and not wanted.province and not everything
    if is_plain and found.certain:
        typed = f"?{urlencode({'q': text})}" if found.certain.why else ""
        return RedirectResponse(found.certain.href + typed, status_code=303)
    if is_plain and not found.is_good:
        limited = {"limited": 1} if found.degraded else {}
        return RedirectResponse(f"/recognise?{urlencode({'name': text} | limited)}", status_code=303)
    listing = _listing(found, wanted, number, catalogue)
    return page.respond("registry/lookup.html", query=text, everything=everything, **listing)


async def suggest(request: Request) -> str:
    """The list under the box; an unfinished or empty text is nothing to complain about."""
    text = clean_query(typed(request, "q"), required=False)
    if not text:
        return ""
    state = request.app.state
    async with state.database.glancing() as reader:
        catalogue = await state.recent_catalogue.at_hand(reader)
        found = await state.lookup.suggest(reader, catalogue, ANONYMOUS, text)
    return suggestion_list(found.lines, query=text, degraded=found.degraded, language=language_of(request))


KEYSTROKES = (Keystroke("/suggest", suggest),)


@router.get("/organisations/{public_id}")
async def organisation(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    panels: PanelsDep,
    correction: CorrectionDep,
    q: str = "",
) -> HTMLResponse:
    """`q` is what led here: the page says how, and shows the way to the other results."""
    typed = clean_query(q, required=False)
    answer = await answer_for_organisation(session, catalogue, viewer, public_id, correction)
    loaded = await panels.load(session, viewer, Subject("organisation", public_id))
    links = links_of(answer, correction)
    return _answer_page(page, answer, catalogue, links=links, panels=loaded, typed=typed)


@router.get("/recognise")
async def recognise(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    correction: CorrectionDep,
    name: str = "",
    limited: bool = False,
) -> Response:
    """The same answer for a typed name that is in no data. `limited`: the search that led here saw only
    how names begin, so the organisation may be in the registry after all."""
    answer = await answer_for_name(session, catalogue, viewer, clean_name(name), correction)
    links = links_of(answer, correction)
    return _answer_page(page, answer, catalogue, links=links, panels=(), limited=limited)


def _answer_page(
    page: PageDep,
    answer: Answer,
    catalogue: Catalogue,
    *,
    links: BriefLinks,
    panels: Any,
    typed: str = "",
    limited: bool = False,
) -> HTMLResponse:
    return page.respond(
        "registry/organisation.html",
        answer=answer,
        links=links,
        limited=limited,
        typed=typed,
        found_by=found_by(typed, answer.organisation) if typed and answer.organisation else None,
        choices={"industries": tuple(catalogue.industries.values()), "provinces": provinces()},
        panels=panels,
    )


def _listing(found: Found, wanted: Wanted, number: int, catalogue: Catalogue) -> dict[str, Any]:
    first, last = wanted.offset + 1, wanted.offset + len(found.lines)
    more = found.total > last and number < _LAST_PAGE
    return {
        "lines": found.lines,
        "total": found.total,
        "total_is_exact": found.total_is_exact,
        "where": Text(zh=f"第 {first}–{last} 家", en=f"{first}–{last}"),
        "previous": _address(wanted, number - 1) if number > 1 else None,
        "next": _address(wanted, number + 1) if more else None,
        "filters": {
            "industry": wanted.industry,
            "province": wanted.province,
            "industries": tuple(catalogue.industries.values()),
            "provinces": provinces(),
        },
        "degraded": found.degraded,
    }


def _address(wanted: Wanted, number: int) -> str:
    chosen = {
        "q": wanted.text,
        "industry": wanted.industry,
        "province": wanted.province,
        "page": number,
        "all": 1 if number == 1 else None,  # whoever turns back wants the list
    }
    return "/lookup?" + urlencode({key: value for key, value in chosen.items() if value})
