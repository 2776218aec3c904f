"""Public pages: whether the books balance, and whether a proof is one."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.features.ledger.books.loading import MAX_PROOF, judge, proof_in, public_books, public_seal
from app.features.ledger.sealing.proving import Proven
from app.features.ledger.wallet.presenting import signed
from app.kit.amount import Amount, asset_named
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.dependencies import DatabaseDep, ReadSessionDep
from app.web.errors import status_of
from app.web.pages import PageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])


@router.get("/books")
async def books_page(page: PageDep, session: ReadSessionDep) -> HTMLResponse:
    """Books balanced as of …, with the numbers of the last check."""
    return page.respond(
        "ledger/books/books.html", books=await public_books(session), seal=await public_seal(session)
    )


@router.get("/books/proof")
async def proof_page(page: PageDep) -> HTMLResponse:
    return page.respond(
        "ledger/books/proof.html", typed="", proven=None, legs=(), error=None, limit=MAX_PROOF
    )


@router.post("/books/proof")
async def check_page(request: Request, page: PageDep, database: DatabaseDep) -> HTMLResponse:
    """Nothing that is pasted here is kept."""
    pasted = (await request.form()).get("proof", "")
    text = pasted if isinstance(pasted, str) else ""
    try:
        proven = await judge(database, proof_in(text))
        legs = shown_legs(proven)
    except Invalid as error:
        return page.respond(
            "ledger/books/proof.html",
            status_code=status_of(error),
            typed=text[:MAX_PROOF],
            proven=None,
            legs=(),
            error=error.message,
            limit=MAX_PROOF,
        )
    return page.respond(
        "ledger/books/proof.html", typed=text, proven=proven, legs=legs, error=None, limit=MAX_PROOF
    )


def shown_legs(proven: Proven) -> list[tuple[Text, str, Text, Text]]:
    """Account, whose, change, balance after."""
    shown = []
    for leg in proven.legs:
        asset = asset_named(leg.asset)
        balance = Amount(asset, leg.balance_after).as_text()
        shown.append((leg.account.label, leg.owner, signed(Amount(asset, leg.amount)), balance))
    return shown
