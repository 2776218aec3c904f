"""The page where readers correct and object, and the one that says what became of it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.dependencies import CatalogueDep
from app.features.registry.life.forms import clean_id, draft_of, send, spend_report
from app.features.registry.life.models import TEXT_LENGTH
from app.features.registry.life.reporting import (
    ANSWERED_IN_DAYS,
    PROPOSABLE,
    ReportSubject,
    report_state,
    subject_of,
)
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached
from app.web.dependencies import DatabaseDep, ReadSessionDep
from app.web.errors import STATUS_OF
from app.web.pages import Page, PageDep
from app.web.policy import ANYONE
from search.analysis.regions import provinces

router = APIRouter(dependencies=[ANYONE.needed])
_KEPT = 2_000  # characters of a field that go back into the form


@router.get("/report")
async def report_form(
    page: PageDep,
    session: ReadSessionDep,
    catalogue: CatalogueDep,
    about: Annotated[Literal["organisation", "fact"], Query()] = "organisation",
    id: str = "",
) -> Response:
    """The empty form, its fields filled with what stands there now."""
    subject = await subject_of(session, about, clean_id(id))
    kind = "correction" if about == "organisation" else "objection"
    return _form(page, catalogue, subject, {**subject.current, "kind": kind})


@router.post("/report")
async def send_report(
    request: Request, page: PageDep, database: DatabaseDep, session: ReadSessionDep, catalogue: CatalogueDep
) -> Response:
    """To the page that says what happens next; the same report sent again leads to the same page."""
    async with request.form() as form:
        given = {key: str(value)[: _KEPT * 2] for key, value in form.items()}
    about: Literal["organisation", "fact"] = "fact" if given.get("about") == "fact" else "organisation"
    subject = await subject_of(session, about, clean_id(given.get("id", "")))
    try:
        draft = draft_of(given)
        spend_report(request)
        report = await send(database, draft, catalogue)
    except (Invalid, Conflict, LimitReached) as error:
        return _form(page, catalogue, subject, given, error=error)
    return RedirectResponse(f"/reports/{report}", 303)


@router.get("/reports/{public_id}")
async def show_report(public_id: str, page: PageDep, session: ReadSessionDep) -> Response:
    """What becomes of a report; whoever has the address may look, nobody else knows it."""
    report = await report_state(session, clean_id(public_id))
    about = "fact" if report.about == "fact" else "organisation"
    return page.respond(
        "registry/report_state.html",
        headers={"x-robots-tag": "noindex"},
        report=report,
        subject_href=f"/{about}s/{report.subject}",
        days=ANSWERED_IN_DAYS,
    )


def _form(
    page: Page,
    catalogue: Catalogue,
    subject: ReportSubject,
    values: Mapping[str, str],
    *,
    error: DomainError | None = None,
) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    industry = catalogue.industries.get(values.get("industry", ""))
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        "registry/report.html",
        status_code=status,
        headers={"x-robots-tag": "noindex"} | ({"retry-after": str(retry)} if retry else {}),
        subject=subject,
        values={field: values.get(field, "")[:_KEPT] for field in (*PROPOSABLE, "kind", "text")},
        error=error.message if error else None,
        error_field=error.field if error else None,
        limit=TEXT_LENGTH,
        days=ANSWERED_IN_DAYS,
        choices={
            "industries": [(one.code, one.name) for one in catalogue.industries.values()],
            "levels": [(one.code, one.name) for one in industry.levels] if industry else [],
            "provinces": provinces(),
        },
    )
