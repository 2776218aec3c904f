"""The trail for those who audit, and each company's own access log."""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.audit.access_log import PAGE as LOG_PAGE
from app.features.members.audit.access_log import AccessFilter, AccessLog, filter_from
from app.features.members.audit.recording import record_audit
from app.features.members.audit.searching import PAGE, FoundEntry, search_audited, wanted_from
from app.features.members.policies import ACCESS_LOG, ACCESS_LOG_EXPORT, STAFF_AUDIT
from app.features.members.staff.break_glass.queries import glasses_of_company
from app.features.members.staff.frame import StaffFrameDep
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.csv_files import at_once, csv_file
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep, PageDep

router = APIRouter()
_EXPORTED = 10_000
_COLUMNS = (
    Text("时间（北京时间）", "Time (Beijing)"),
    Text("谁", "Who"),
    Text("做了什么", "What"),
    Text("对象编号", "Item"),
    Text("记录号", "Entry"),
)


@router.get("/staff/audit", dependencies=[STAFF_AUDIT.needed])
async def audit_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    """Entries by object, person and day. Looking is itself an entry."""
    given, error = _given(request), None
    found: Sequence[FoundEntry] = ()
    try:
        found = await search_audited(database, viewer, wanted_from(given), limit=PAGE + 1)
    except Invalid as refusal:
        error = refusal
    shown = found[:PAGE]
    kept = {name: given.get(name, "") for name in ("object", "actor", "day")}
    older = urlencode(kept | {"before": str(shown[-1].id)}) if len(found) > PAGE else None
    return await frame.respond(
        "members/audit/audit.html",
        current="audit",
        status_code=422 if error else 200,
        entries=shown,
        values=kept,
        older=f"/staff/audit?{older}" if older else None,
        error=error.message if error else None,
        error_field=error.field if error else None,
    )


@router.get("/company/access-log", dependencies=[ACCESS_LOG.needed])
async def access_log_page(
    request: Request, page: PageDep, session: ReadSessionDep, viewer: ViewerDep
) -> Response:
    """For what glass was broken, and who outside the company read which of its items."""
    given = _given(request)
    wanted, error = AccessFilter(), None
    try:
        wanted = filter_from(given)
    except Invalid as refusal:
        error = refusal
    log: AccessLog = request.app.state.access_log
    found = await log.of(session, viewer, wanted, limit=LOG_PAGE + 1)
    shown = found[:LOG_PAGE]
    kept = {name: given.get(name, "") for name in ("reader", "since", "until")}
    older = urlencode(kept | {"before": str(shown[-1].id)}) if len(found) > LOG_PAGE else None
    return page.respond(
        "members/audit/access_log.html",
        status_code=422 if error else 200,
        accesses=shown,
        glasses=await glasses_of_company(session, viewer),
        types=request.app.state.glass,
        values=kept,
        is_filtered=any(kept.values()),
        older=f"/company/access-log?{older}" if older else None,
        export=f"/company/access-log.csv?{urlencode(kept)}",
        error=error.message if error else None,
        error_field=error.field if error else None,
    )


@router.get("/company/access-log.csv", dependencies=[ACCESS_LOG_EXPORT.needed])
async def export_access_log(
    request: Request,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    language: LanguageDep,
) -> Response:
    """What the filters let pass, as a table. An export is an entry, like every one."""
    wanted = filter_from(_given(request))
    log: AccessLog = request.app.state.access_log
    found = await log.of(session, viewer, wanted, limit=_EXPORTED)

    async def record(writing: WriteSession) -> None:
        kind, public_id = "company", viewer.company_public_id
        await record_audit(writing, viewer, "access_log.export", object_kind=kind, object_id=public_id)

    await run_write(database, record)
    rows = [
        (
            one.at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            one.who.in_language(language),
            one.what.in_language(language),
            one.item,
            one.id,
        )
        for one in found
    ]
    return csv_file("access-log", _COLUMNS, at_once(rows), language)


def _given(request: Request) -> dict[str, str]:
    return {name: value[:100] for name, value in request.query_params.items()}
