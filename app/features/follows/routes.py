"""Pages of follows: the button of every subject, the list of what is followed, and taking it away."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.features.follows import following
from app.features.follows.exporting import COLUMNS, row_of, take_away
from app.features.follows.forms import FieldsDep, kind_of, subject_of
from app.features.follows.panels import FollowButton
from app.features.follows.policies import EXPORTS_FOLLOWS, KEEPS_FOLLOWS
from app.features.follows.queries import companies_following, counts_of, follows_of
from app.features.follows.records import KIND_NAMES
from app.kit.subject import SubjectKind
from app.web.csv_files import at_once, csv_file
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep, PageDep
from app.web.redirects import local_path
from app.web.subjects import SubjectsDep

router = APIRouter()
PER_PAGE = 50
_LAST_PAGE = 20
_FILE = "top-follows"


@router.get("/my/follows", dependencies=[KEEPS_FOLLOWS.needed])
async def my_follows(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    subjects: SubjectsDep,
    kind: Annotated[str, Query(max_length=20)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Everything but customers, which have a page of their own; narrowed to one kind."""
    counts = await counts_of(session, viewer)
    kinds = [one for one in KIND_NAMES if one != "organisation" and (one in counts or one == kind)]
    chosen: SubjectKind = kind_of(kind) if kind else next(iter(kinds), "need")
    found = await follows_of(session, viewer, kind=chosen, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    described = await subjects.describe(session, viewer, [one.subject for one in found])
    return page.respond(
        "follows/follows.html",
        tabs=[(one, KIND_NAMES[one], counts.get(one, 0)) for one in kinds],
        chosen=chosen,
        follows=[
            (FollowButton(one.subject, is_followed=True), described.get(one.subject), one.since)
            for one in found[:PER_PAGE]
        ],
        customers=counts.get("organisation", 0),
        steps=_steps(chosen, number, len(found)),
    )


def _steps(kind: SubjectKind, number: int, found: int) -> dict[str, Any]:
    address = f"/my/follows?kind={kind}&page="
    return {
        "previous": f"{address}{number - 1}" if number > 1 else None,
        "next": f"{address}{number + 1}" if found > PER_PAGE and number < _LAST_PAGE else None,
    }


@router.post("/my/follows", dependencies=[KEEPS_FOLLOWS.needed])
async def change_follow(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    subjects: SubjectsDep,
    fields: FieldsDep,
) -> Response:
    """Begin (`follow` is 1) or end one; back to the page with the button, or the button alone for htmx."""
    subject = subject_of(fields.get("kind", ""), fields.get("id", ""))
    begins = fields.get("follow") != "0"
    if begins:
        await following.begin(database, session, viewer, subjects, subject)
    else:
        await following.end(database, viewer, subject)
    back = local_path(fields.get("next", "/my/follows"))
    if not request.headers.get("hx-request"):
        return RedirectResponse(back, status_code=303)
    is_compact = fields.get("compact") == "1"
    companies = None if is_compact else await companies_following(session, viewer, subject)
    button = FollowButton(subject, is_followed=begins, companies=companies, is_compact=is_compact)
    return page.fragment("follows/_button.html", data=button, path=back)


@router.get("/my/follows/export", dependencies=[EXPORTS_FOLLOWS.needed])
async def export_form(page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> HTMLResponse:
    counts = await counts_of(session, viewer)
    return page.respond("follows/export.html", total=sum(counts.values()))


@router.post("/my/follows/export", dependencies=[EXPORTS_FOLLOWS.needed])
async def export(
    database: DatabaseDep, viewer: ViewerDep, subjects: SubjectsDep, language: LanguageDep, fields: FieldsDep
) -> Response:
    """As CSV, or as JSON where the form says so."""
    found = await take_away(database, viewer, subjects, language)
    if fields.get("format") == "json":
        return JSONResponse(
            {"items": [one.model_dump(mode="json") for one in found]},
            headers={
                "content-disposition": f'attachment; filename="{_FILE}.json"',
                "cache-control": "no-store",
            },
        )
    answer = csv_file(_FILE, COLUMNS, at_once([row_of(one, language) for one in found]), language)
    answer.headers["cache-control"] = "no-store"
    return answer
