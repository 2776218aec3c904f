"""Follows over JSON: the same actions and queries as the pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.follows import actions, following
from app.features.follows.access import access_follow
from app.features.follows.forms import kind_of, subject_of
from app.features.follows.policies import KEEPS_FOLLOWS
from app.features.follows.queries import follow_of, follows_of
from app.features.follows.schemas import FollowOut, NewFollow, follow_out
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep
from app.web.subjects import SubjectsDep

router = APIRouter(tags=["follows"], route_class=StrictRoute, dependencies=[KEEPS_FOLLOWS.needed])


@router.get("/my/follows")
async def list_follows(
    session: ReadSessionDep,
    viewer: ViewerDep,
    subjects: SubjectsDep,
    language: LanguageDep,
    cursors: CursorsDep,
    kind: Annotated[str | None, Query(max_length=20)] = None,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
) -> Listing[FollowOut]:
    """What you follow, newest first; nobody else can see it, colleagues neither."""
    offset = cursors.decode(cursor)
    wanted = kind_of(kind) if kind else None
    found = await follows_of(session, viewer, kind=wanted, limit=limit + 1, offset=offset)
    described = await subjects.describe(session, viewer, [one.subject for one in found])
    return Listing(
        items=[follow_out(one, described, language) for one in found[:limit]],
        next=cursors.encode(offset + limit) if len(found) > limit else None,
    )


@router.post("/my/follows")
async def begin_follow(
    body: NewFollow,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    subjects: SubjectsDep,
    language: LanguageDep,
) -> FollowOut:
    """Follow something. Following it again changes nothing and answers the same."""
    subject = subject_of(body.kind, body.subject)
    known = await following.begin(database, session, viewer, subjects, subject)
    async with database.reading() as fresh:
        record = await follow_of(fresh, viewer, subject)
    assert record is not None
    return follow_out(record, {subject: known}, language)


@router.get("/my/follows/{public_id}")
async def show_follow(
    public_id: str, session: ReadSessionDep, viewer: ViewerDep, subjects: SubjectsDep, language: LanguageDep
) -> FollowOut:
    record = await access_follow(session, viewer, public_id)
    return follow_out(record, await subjects.describe(session, viewer, [record.subject]), language)


@router.delete("/my/follows/{public_id}", status_code=204)
async def end_follow(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """Follow it no longer."""

    async def work(session: WriteSession) -> None:
        await actions.remove_follow(session, viewer, public_id)

    await run_write(database, work)
    return Response(status_code=204)
