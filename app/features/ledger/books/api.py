"""The public numbers of the books over JSON, and the checking of proofs."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.features.ledger.books.loading import judge, public_books, public_seal
from app.features.ledger.wallet.schemas import AmountOut, amount_out
from app.web.dependencies import DatabaseDep, ReadSessionDep
from app.web.inputs import StrictModel, StrictRoute
from app.web.policy import ANYONE

router = APIRouter(tags=["books"], route_class=StrictRoute, dependencies=[ANYONE.needed])


class SealOut(BaseModel):
    """The newest seal: its chain value stands for all of the books up to it."""

    id: int
    chain: str
    sealed_at: datetime


class BooksOut(BaseModel):
    """The last check; null values: there was none yet."""

    balanced: bool | None
    as_of: datetime | None
    transfers: int | None
    entries: int | None
    accounts: int | None
    outstanding: list[AmountOut] = Field(description="what companies hold in all, by asset")
    checked: list[str] = Field(description="invariants that were looked at", examples=[["I1", "I3"]])
    seal: SealOut | None


class ProofIn(StrictModel):
    proof: Annotated[dict[str, Any], Field(description="as GET /wallet/transfers/{id}/proof gave it")]


class ProvenLegOut(BaseModel):
    account: str
    owner: str = Field(description="public id of the company; empty for the platform")
    asset: str
    amount: int
    balance_after: int


class ProvenOut(BaseModel):
    """What the proof shows, and the seal of ours that it is in."""

    transfer: str
    kind: str
    at: str
    legs: list[ProvenLegOut]
    seal: int
    chain: str


@router.get("/books")
async def show_books(session: ReadSessionDep) -> BooksOut:
    """Whether the books balanced at the last check, and its numbers."""
    books, seal = await public_books(session), await public_seal(session)
    return BooksOut(
        balanced=books.is_clean if books else None,
        as_of=books.as_of if books else None,
        transfers=books.transfers if books else None,
        entries=books.entries if books else None,
        accounts=books.accounts if books else None,
        outstanding=[amount_out(one) for one in books.outstanding] if books else [],
        checked=list(books.checked) if books else [],
        seal=SealOut(id=seal.id, chain=seal.chain, sealed_at=seal.sealed_at) if seal else None,
    )


@router.post("/books/proof")
async def check(body: ProofIn, database: DatabaseDep) -> ProvenOut:
    """Check a proof of a statement line. Nothing of it is kept."""
    proven = await judge(database, body.proof)
    return ProvenOut(
        transfer=proven.transfer,
        kind=proven.kind.name.lower(),
        at=proven.at,
        legs=[
            ProvenLegOut(
                account=leg.account.name.lower(),
                owner=leg.owner,
                asset=leg.asset,
                amount=leg.amount,
                balance_after=leg.balance_after,
            )
            for leg in proven.legs
        ],
        seal=proven.seal,
        chain=proven.chain,
    )
