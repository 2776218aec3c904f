"""The statement's pages: filtered, paged, printed, taken away."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.db.engine import ReadSession
from app.features.ledger.causes import CauseRegistry, CausesDep
from app.features.ledger.policies import EXPORTS_WALLET, READS_WALLET
from app.features.ledger.queries.statement import StatementFilter, statement_of
from app.features.ledger.wallet.acting import company_of
from app.features.ledger.wallet.exporting import MAX_XLSX_LINES, take_away
from app.features.ledger.wallet.filtering import Asked, AskedDep, asked_in
from app.features.ledger.wallet.paging import StatementCursor, read, written
from app.features.ledger.wallet.presenting import account_choices, kind_choices, shown
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.viewer import Viewer
from app.web.cursors import Cursors, CursorsDep
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed
from app.web.pages import LanguageDep, Page, PageDep

router = APIRouter()
_PER_PAGE, _PRINTED = 50, 1_000


@router.get("/wallet/statement", dependencies=[READS_WALLET.needed])
async def statement_page(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
    cursors: CursorsDep,
    asked: AskedDep,
    cursor: StatementCursor = None,
) -> HTMLResponse:
    """Newest first; what was typed wrong stays in the form."""
    try:
        wanted = asked.wanted()
    except Invalid as error:
        return _answer(page, asked, error=error)
    found = await _lines(session, viewer, causes, wanted, cursors, cursor, _PER_PAGE)
    return _answer(page, asked, cursor=cursor, **found)


def _answer(
    page: Page,
    asked: Asked,
    *,
    error: Invalid | None = None,
    lines: Any = (),
    next_cursor: str | None = None,
    cursor: str | None = None,
) -> HTMLResponse:
    return page.respond(
        "ledger/wallet/statement.html",
        status_code=status_of(error) if error else 200,
        asked=asked,
        accounts=account_choices(),
        kinds=kind_choices(),
        lines=lines,
        steps=_steps(asked, cursor, next_cursor),
        error=error.message if error else None,
        error_field=error.field if error else None,
    )


def _steps(asked: Asked, cursor: str | None, next_cursor: str | None) -> dict[str, str | None]:
    address = "/wallet/statement"
    base = f"{address}?{asked.query}&" if asked.query else f"{address}?"
    return {
        "newest": base.rstrip("?&") if cursor else None,
        "older": f"{base}cursor={next_cursor}" if next_cursor else None,
    }


async def _lines(
    session: ReadSession,
    viewer: Viewer,
    causes: CauseRegistry,
    wanted: StatementFilter,
    cursors: Cursors,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    before = read(cursors, cursor)
    found = await statement_of(session, company_of(viewer), wanted=wanted, before=before, limit=limit)
    return {
        "lines": await shown(session, viewer, causes, found.lines),
        "next_cursor": written(cursors, found.before),
    }


@router.get("/wallet/statement/print", dependencies=[READS_WALLET.needed])
async def print_page(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
    cursors: CursorsDep,
    asked: AskedDep,
) -> HTMLResponse:
    """For paper: as many lines as anybody prints, and a word where there are more."""
    found = await _lines(session, viewer, causes, asked.wanted(), cursors, None, _PRINTED)
    return page.respond(
        "ledger/wallet/print.html",
        asked=asked,
        lines=found["lines"],
        is_cut=found["next_cursor"] is not None,
        limit=_PRINTED,
        now=clock.now(),
        accounts=dict(account_choices()),
        kinds=dict(kind_choices()),
    )


@router.get("/wallet/statement/export", dependencies=[EXPORTS_WALLET.needed])
async def export_form(page: PageDep, asked: AskedDep) -> HTMLResponse:
    asked.wanted()
    return _export_form(page, asked)


@router.post("/wallet/statement/export", dependencies=[EXPORTS_WALLET.needed])
async def export(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    causes: CausesDep,
    language: LanguageDep,
) -> Response:
    """As CSV or as an Excel file."""
    given = await typed(request)
    asked = asked_in(given)
    try:
        wanted = asked.wanted()
        return await take_away(database, viewer, causes, language, wanted, given.get("format", ""))
    except Invalid as error:
        return _export_form(page, asked, error=error)


def _export_form(page: Page, asked: Asked, *, error: Invalid | None = None) -> HTMLResponse:
    return page.respond(
        "ledger/wallet/export.html",
        status_code=status_of(error) if error else 200,
        asked=asked,
        accounts=dict(account_choices()),
        kinds=dict(kind_choices()),
        most=MAX_XLSX_LINES,
        error=error.message if error else None,
    )
