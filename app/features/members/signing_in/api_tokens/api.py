"""API tokens over JSON, for whoever is signed in with a browser: a token makes no tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.policies import TOKENS, TOKENS_APPROVE, TOKENS_MAKE
from app.features.members.signing_in.api_tokens.access import tokens_of
from app.features.members.signing_in.api_tokens.actions import (
    DEFAULT_DAYS,
    MOST_DAYS,
    decide_token,
    make_token,
    revoke_token,
)
from app.features.members.signing_in.dependencies import PostboxDep
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute

router = APIRouter(tags=["account"], route_class=StrictRoute)


class TokenIn(StrictModel):
    name: StorableText = Field(max_length=200, examples=["CRM 同步"], description="what it is for")
    scopes: list[Literal["company", "follows", "wallet"]] = Field(max_length=10)
    days: int = Field(default=DEFAULT_DAYS, description=f"until it is over: 1 to {MOST_DAYS}")


class TokenMadeOut(BaseModel):
    id: str
    token: str = Field(description="shown this once")
    waits: bool = Field(description="for an admin of the company; it works once approved")


class TokenOut(BaseModel):
    id: str
    maker: str
    name: str
    scopes: Sequence[str]
    state: Literal["waiting", "active", "refused", "revoked", "over"]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class TokensOut(BaseModel):
    items: Sequence[TokenOut]
    next: str | None = None


@router.get("/account/tokens", dependencies=[TOKENS.needed])
async def tokens(session: ReadSessionDep, viewer: ViewerDep) -> TokensOut:
    """One's own; for admins all of the company."""
    return TokensOut(
        items=[
            TokenOut(
                id=line.public_id,
                maker=line.maker,
                name=line.name,
                scopes=line.scopes,
                state=line.state,  # type: ignore[arg-type]
                created_at=line.created_at,
                expires_at=line.expires_at,
                used_at=line.used_at,
            )
            for line in await tokens_of(session, viewer)
        ]
    )


@router.post("/account/tokens", status_code=201, dependencies=[TOKENS_MAKE.needed])
async def send_new_token(
    body: TokenIn, database: DatabaseDep, postbox: PostboxDep, viewer: ViewerDep
) -> TokenMadeOut:
    """Made for the company of whoever asks."""
    made = await run_write(
        database, lambda session: make_token(session, postbox, viewer, body.name, body.scopes, body.days)
    )
    return TokenMadeOut(id=made.public_id, token=made.token, waits=made.waits)


@router.post("/account/tokens/{public_id}/approve", status_code=204, dependencies=[TOKENS_APPROVE.needed])
async def send_approval(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> None:
    """It works from now on."""
    await run_write(database, lambda session: decide_token(session, viewer, public_id, approve=True))


@router.post("/account/tokens/{public_id}/refuse", status_code=204, dependencies=[TOKENS_APPROVE.needed])
async def send_refusal(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> None:
    """It will never work."""
    await run_write(database, lambda session: decide_token(session, viewer, public_id, approve=False))


@router.delete("/account/tokens/{public_id}", status_code=204, dependencies=[TOKENS.needed])
async def send_revocation(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> None:
    """It stops working with its next call."""
    await run_write(database, lambda session: revoke_token(session, viewer, public_id))
