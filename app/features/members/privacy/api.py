"""One's own data over JSON: the steps of the pages. Not for tokens: taking all away is for people."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.features.members.policies import OWN_DATA, OWN_DATA_CHANGED
from app.features.members.privacy.asking import ARCHIVE, OwnDataDep, copy_state
from app.features.members.privacy.copying import CopyState
from app.features.members.signing_in.cookies import take_session
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.pages import LanguageDep, language_of

router = APIRouter(tags=["account"], route_class=StrictRoute)


class CopyOut(BaseModel):
    """`ready`: a mail brought the link to it."""

    state: Literal["waiting", "ready", "taken"]
    asked_at: datetime
    expires_at: datetime


class OwnDataOut(BaseModel):
    copy_asked: CopyOut | None = Field(description="the copy asked for last, while it may be taken")
    left_behind: list[str] = Field(
        description="what your company has, where it would close with you: it stays the company's"
    )


class ErasureIn(StrictModel):
    confirmation: StorableText = Field(max_length=20, examples=["ERASE"])


@router.get("/account/data", dependencies=[OWN_DATA.needed])
async def show_own_data(
    session: ReadSessionDep, viewer: ViewerDep, own: OwnDataDep, language: LanguageDep
) -> OwnDataOut:
    """How the copy of your data stands, and what your company would leave behind without you."""
    found, left = await copy_state(session, viewer), await own.left_behind(viewer)
    return OwnDataOut(
        copy_asked=_copy_out(found) if found else None,
        left_behind=[words.in_language(language) for words in left],
    )


@router.post("/account/data/copy", status_code=202, dependencies=[OWN_DATA_CHANGED.needed])
async def ask_for_copy(request: Request, viewer: ViewerDep, own: OwnDataDep) -> CopyOut:
    """A mail brings the link when it is ready."""
    return _copy_out(await own.ask(viewer, language=language_of(request)))


def _copy_out(state: CopyState) -> CopyOut:
    return CopyOut.model_validate(state, from_attributes=True)


@router.post(
    "/account/data/copies/{token}",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
    dependencies=[OWN_DATA.needed],
)
async def take_copy(token: str, viewer: ViewerDep, own: OwnDataDep) -> Response:
    """The archive, once; `token` is the end of the link in the mail."""
    return Response(await own.take(viewer, token), media_type="application/zip", headers=ARCHIVE)


@router.post("/account/data/erasure", status_code=204, dependencies=[OWN_DATA_CHANGED.needed])
async def erase(body: ErasureIn, request: Request, viewer: ViewerDep, own: OwnDataDep) -> Response:
    """Erase your account for good; `confirmation` is the word ERASE."""
    await own.erase(viewer, typed=body.confirmation)
    response = Response(status_code=204)
    take_session(request, response)
    return response
