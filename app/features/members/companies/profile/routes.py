"""One's own company, its form, and the profile that other signed-in members see."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.companies.answers import form_page
from app.features.members.companies.names import clean_company_name
from app.features.members.companies.profile.actions import edit_profile
from app.features.members.companies.profile.dependencies import VocabularyDep
from app.features.members.companies.profile.forms import clean_profile
from app.features.members.companies.profile.queries import shown_company
from app.features.members.companies.profile.words import Vocabulary
from app.features.members.policies import COMPANY, EDIT_COMPANY, PROFILES
from app.kit.errors import Conflict, DomainError, Invalid
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.pages import Page, PageDep
from app.web.related import ShownDep

router = APIRouter()
_LISTS = ("types", "regions", "verticals")
_TEXTS = ("name", "size", "qualifications", "product_lines", "about")
_KEPT = 4_000


@router.get("/company", dependencies=[COMPANY.needed])
async def own_company(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, words: VocabularyDep
) -> Response:
    """As others see it, with the way to change it."""
    shown = await shown_company(session, viewer, viewer.company_public_id)
    return page.respond("members/companies/company.html", company=shown, words=words)


@router.get("/company/edit", dependencies=[EDIT_COMPANY.needed])
async def profile_form(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, words: VocabularyDep
) -> Response:
    shown = await shown_company(session, viewer, viewer.company_public_id)
    lines = {name: "\n".join(getattr(shown.profile, name)) for name in ("qualifications", "product_lines")}
    return _form(page, words, shown.profile.stored() | lines | {"name": shown.name})


@router.post("/company/edit", dependencies=[EDIT_COMPANY.needed])
async def send_profile(
    request: Request, page: PageDep, viewer: ViewerDep, database: DatabaseDep, words: VocabularyDep
) -> Response:
    form = await request.form()
    given: dict[str, Any] = {name: str(form.get(name) or "")[:_KEPT] for name in _TEXTS}
    given |= {name: [str(one)[:_KEPT] for one in form.getlist(name)] for name in _LISTS}
    try:
        name, profile = clean_company_name(given["name"], field="name"), clean_profile(given, words)
        await run_write(database, lambda writing: edit_profile(writing, viewer, name=name, profile=profile))
    except (Invalid, Conflict) as error:
        return _form(page, words, given, error)
    return RedirectResponse("/company", 303)


@router.get("/companies/{public_id}", dependencies=[PROFILES.needed])
async def profile(
    public_id: str,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    words: VocabularyDep,
    related: ShownDep,
) -> Response:
    """A company as every signed-in member sees it."""
    shown = await shown_company(session, viewer, public_id)
    is_own = public_id == viewer.company_public_id
    panels = () if is_own else await related.about("company", public_id)
    return page.respond("members/companies/profile.html", company=shown, words=words, panels=panels)


def _form(
    page: Page, words: Vocabulary, values: Mapping[str, Any], error: DomainError | None = None
) -> Response:
    return form_page(page, "members/companies/company_edit.html", error, values=values, words=words)
