"""The trail and the access log over JSON."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.features.members.audit.access_log import AccessFilter, AccessLog
from app.features.members.audit.searching import search_audited, wanted_from
from app.features.members.policies import ACCESS_LOG, STAFF_AUDIT
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import IsoDay, StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(route_class=StrictRoute)
IdParam = Annotated[str, Query(max_length=60)]
DayParam = Annotated[IsoDay | None, Query(description="by China's calendar")]


class EntryOut(BaseModel):
    """One entry of the trail: ids, never names."""

    id: int
    at: datetime
    action: str
    result: Literal["done", "denied", "failed"]
    actor: str | None = Field(description="id of the person; null: nobody known, or the system")
    staff_roles: str
    object_kind: str
    object_id: str
    company: str | None = Field(description="id of the company that it concerns")
    request_id: str
    ip_prefix: str


class AccessOut(BaseModel):
    """Somebody outside the company read something of it."""

    id: int
    at: datetime
    who: str
    what: str
    item: str


@router.get("/staff/audit", tags=["staff"], dependencies=[STAFF_AUDIT.needed])
async def audit(
    database: DatabaseDep,
    viewer: ViewerDep,
    cursors: CursorsDep,
    object: IdParam = "",
    actor: IdParam = "",
    day: DayParam = None,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> Listing[EntryOut]:
    """Entries by object, person and day, the newest first. Looking is itself an entry."""
    given = {"object": object, "actor": actor, "day": day.isoformat() if day else ""}
    before = cursors.decode(cursor)
    wanted = wanted_from(given | {"before": str(before) if before else ""})
    found = await search_audited(database, viewer, wanted, limit=limit + 1)
    items = [EntryOut.model_validate(one, from_attributes=True) for one in found[:limit]]
    return Listing(items=items, next=cursors.encode(items[-1].id) if len(found) > limit else None)


@router.get("/company/access-log", tags=["company"], dependencies=[ACCESS_LOG.needed])
async def access_log(
    request: Request,
    session: ReadSessionDep,
    viewer: ViewerDep,
    language: LanguageDep,
    cursors: CursorsDep,
    reader: Annotated[Literal["", "staff", "company"], Query()] = "",
    since: DayParam = None,
    until: DayParam = None,
    cursor: CursorParam = None,
    limit: LimitParam = 20,
) -> Listing[AccessOut]:
    """Who outside the reader's company read which of its confidential items, the newest first."""
    log: AccessLog = request.app.state.access_log
    wanted = AccessFilter(reader, since, until, cursors.decode(cursor) or None)
    found = await log.of(session, viewer, wanted, limit=limit + 1)
    items = [
        AccessOut(
            id=one.id,
            at=one.at,
            who=one.who.in_language(language),
            what=one.what.in_language(language),
            item=one.item,
        )
        for one in found[:limit]
    ]
    return Listing(items=items, next=cursors.encode(items[-1].id) if len(found) > limit else None)
