"""Second factors over JSON, for scripts in a browser: never for a token."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.features.members.policies import ENTERING, MINE, MINE_STEPPED_UP
from app.features.members.signing_in.cookies import give_session, kind_of
from app.features.members.signing_in.factors.giving import ask_passkey, give_code, give_passkey
from app.features.members.signing_in.factors.ground import GroundDep
from app.features.members.signing_in.factors.managing import (
    Added,
    ask_new_passkey,
    finish_codes,
    finish_passkey,
    remove_factor,
    renew_recovery_codes,
    start_codes,
)
from app.features.members.signing_in.factors.names import passkey_name
from app.features.members.signing_in.factors.standing import factors_of
from app.kit.viewer import Viewer
from app.web.csrf import token_for
from app.web.dependencies import ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute

router = APIRouter(tags=["account"], route_class=StrictRoute)


class CodeIn(StrictModel):
    code: StorableText = Field(
        max_length=40, examples=["492039"], description="of the app, or a recovery code"
    )


class PasskeyIn(StrictModel):
    credential: dict[str, Any] = Field(description="what navigator.credentials.get answered, as JSON")


class NewPasskeyIn(StrictModel):
    name: StorableText = Field(default="", max_length=200, examples=["办公室笔记本"])
    credential: dict[str, Any] = Field(description="what navigator.credentials.create answered, as JSON")


class WholeOut(BaseModel):
    """The session goes on under a new cookie; forms need this token from now on."""

    form_token: str


class AddedOut(WholeOut):
    recovery_codes: Sequence[str] = Field(description="new ones, shown this once; empty where there are some")


class SeedOut(BaseModel):
    secret: str
    uri: str = Field(description="for a QR code")


class PasskeyOut(BaseModel):
    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class FactorsOut(BaseModel):
    codes_since: datetime | None = Field(description="since when an app makes codes")
    passkeys: Sequence[PasskeyOut]
    recovery_codes_left: int


class RecoveryOut(BaseModel):
    recovery_codes: Sequence[str]


@router.post("/second-factor", dependencies=[ENTERING.needed])
async def send_second_factor(
    body: CodeIn, request: Request, response: Response, ground: GroundDep, viewer: ViewerDep
) -> WholeOut:
    """Completes signing in, or steps up for ten minutes."""
    token = await give_code(ground, viewer, body.code)
    return _whole(request, response, viewer, token)


@router.post("/second-factor/passkey/options", dependencies=[ENTERING.needed])
async def ask(ground: GroundDep, viewer: ViewerDep) -> dict[str, Any]:
    """What navigator.credentials.get takes; answer within five minutes."""
    return await ask_passkey(ground, viewer)


@router.post("/second-factor/passkey", dependencies=[ENTERING.needed])
async def send_passkey(
    body: PasskeyIn, request: Request, response: Response, ground: GroundDep, viewer: ViewerDep
) -> WholeOut:
    """Completes signing in, or steps up for ten minutes."""
    token = await give_passkey(ground, viewer, body.credential)
    return _whole(request, response, viewer, token)


@router.get("/account/second-factors", dependencies=[MINE.needed])
async def my_factors(ground: GroundDep, viewer: ViewerDep) -> FactorsOut:
    """Which factors there are."""
    found = await ground.read(viewer, lambda session: factors_of(session, viewer.person_id or 0))
    return FactorsOut(
        codes_since=found.codes_since,
        passkeys=[
            PasskeyOut(id=one.public_id, name=one.name, created_at=one.created_at, used_at=one.used_at)
            for one in found.passkeys
        ],
        recovery_codes_left=found.recovery_codes_left,
    )


@router.post("/account/second-factors/codes/start", dependencies=[MINE.needed])
async def start(ground: GroundDep, viewer: ViewerDep) -> SeedOut:
    """A new seed for an app; it counts once a first code of it was sent."""
    seed = await start_codes(ground, viewer)
    return SeedOut(secret=seed.secret, uri=seed.uri)


@router.post("/account/second-factors/codes", dependencies=[MINE.needed])
async def send_first_code(
    body: CodeIn, request: Request, response: Response, ground: GroundDep, viewer: ViewerDep
) -> AddedOut:
    """Proves that the app is set up."""
    return _added(request, response, viewer, await finish_codes(ground, viewer, body.code))


@router.delete("/account/second-factors/codes", status_code=204, dependencies=[MINE_STEPPED_UP.needed])
async def remove_codes(ground: GroundDep, viewer: ViewerDep) -> None:
    """The codes of the app stop working, and every other session ends."""
    await remove_factor(ground, viewer, None)


@router.post("/account/second-factors/passkeys/options", dependencies=[MINE.needed])
async def ask_new(ground: GroundDep, viewer: ViewerDep) -> dict[str, Any]:
    """What navigator.credentials.create takes; answer within five minutes."""
    return await ask_new_passkey(ground, viewer)


@router.post("/account/second-factors/passkeys", dependencies=[MINE.needed])
async def send_new_passkey(
    body: NewPasskeyIn, request: Request, response: Response, ground: GroundDep, viewer: ViewerDep
) -> AddedOut:
    """Adds what the browser made."""
    added = await finish_passkey(ground, viewer, passkey_name(body.name), body.credential)
    return _added(request, response, viewer, added)


@router.delete(
    "/account/second-factors/passkeys/{public_id}", status_code=204, dependencies=[MINE_STEPPED_UP.needed]
)
async def remove_passkey(public_id: str, ground: GroundDep, viewer: ViewerDep) -> None:
    """It stops working, and every other session ends."""
    await remove_factor(ground, viewer, public_id)


@router.post("/account/second-factors/recovery-codes", dependencies=[MINE_STEPPED_UP.needed])
async def renew(ground: GroundDep, viewer: ViewerDep) -> RecoveryOut:
    """Eight new ones; the former stop working."""
    return RecoveryOut(recovery_codes=await renew_recovery_codes(ground, viewer))


def _whole(request: Request, response: Response, viewer: Viewer, token: str) -> WholeOut:
    give_session(request, response, token, kind_of(viewer))
    return WholeOut(form_token=token_for(request, token))


def _added(request: Request, response: Response, viewer: Viewer, added: Added) -> AddedOut:
    whole = _whole(request, response, viewer, added.token)
    return AddedOut(form_token=whole.form_token, recovery_codes=added.recovery_codes)
