"""The finance console over JSON: accounts of companies, and what one of finance staff does with them."""

from fastapi import APIRouter, Response

from app.features.ledger.causes import CausesDep
from app.features.ledger.desk import acting
from app.features.ledger.desk.loading import company_account, left_behind
from app.features.ledger.desk.schemas import (
    AccountOut,
    BonusIn,
    CreditIn,
    FreezeIn,
    GoodwillIn,
    IdOut,
    LeftOut,
)
from app.features.ledger.idempotency import IdempotencyKeyDep
from app.features.ledger.policies import FINANCE, MOVES_MONEY
from app.features.ledger.wallet.paging import StatementCursor, read, written
from app.features.ledger.wallet.reasons import reason_in_words
from app.features.ledger.wallet.schemas import (
    PostedOut,
    amount_out,
    cause_out,
    freeze_out,
    line_out,
    posted_out,
)
from app.web.cursors import CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(tags=["staff"], route_class=StrictRoute)
_ONE = "/staff/ledger/companies/{company}"


@router.get("/staff/ledger/left", dependencies=[FINANCE.needed])
async def list_left(database: DatabaseDep, viewer: ViewerDep, language: LanguageDep) -> Listing[LeftOut]:
    """What closed companies still have or owe. It stays theirs; two people pay it out by a correction."""
    found = await left_behind(database, viewer)
    return Listing(
        items=[LeftOut(company=company, words=words.in_language(language)) for company, words in found]
    )


@router.get(_ONE, dependencies=[FINANCE.needed])
async def show_account(
    company: str,
    database: DatabaseDep,
    viewer: ViewerDep,
    causes: CausesDep,
    language: LanguageDep,
    cursors: CursorsDep,
    cursor: StatementCursor = None,
    limit: LimitParam = 50,
) -> AccountOut:
    """A company's balances and lines; causes by kind and id alone."""
    found = await company_account(database, viewer, company, before=read(cursors, cursor), limit=limit)
    balances = found.balances
    return AccountOut(
        company=found.company,
        is_closed=found.is_closed,
        spendable=amount_out(balances.spendable),
        bonus=amount_out(balances.bonus),
        pending=amount_out(balances.pending),
        available=amount_out(balances.available),
        debt=amount_out(balances.debt),
        deposit=amount_out(balances.deposit),
        freezes=[freeze_out(one, reason_in_words(one.reason).in_language(language)) for one in found.freezes],
        lines=[
            line_out(line, cause_out(line.cause, causes.plain(line.cause), causes, language))
            for line in found.statement.lines
        ],
        next=written(cursors, found.statement.before),
    )


@router.post(_ONE + "/top-ups", dependencies=[MOVES_MONEY.needed])
async def top_up(
    company: str, body: CreditIn, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> PostedOut:
    """Book a payment that no provider told of. The Idempotency-Key is the receipt's number: a receipt is
    booked for a company once, whoever books it."""
    posted = await acting.credit(
        database, viewer, company, "top_up", key=key, amount=body.amount, reference=key
    )
    return posted_out(posted)


@router.post(_ONE + "/goodwill", dependencies=[MOVES_MONEY.needed])
async def goodwill(
    company: str, body: GoodwillIn, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> PostedOut:
    """Credit a company at the platform's cost."""
    posted = await acting.credit(
        database, viewer, company, "goodwill", key=key, amount=body.amount, reference=body.reference
    )
    return posted_out(posted)


@router.post(_ONE + "/bonuses", dependencies=[MOVES_MONEY.needed])
async def bonus(
    company: str, body: BonusIn, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> PostedOut:
    """Give bonus credits from the approved budget. Campaign and occasion are its key beside the header: the
    same one is given once, and with another amount refused."""
    posted = await acting.give_bonus(
        database,
        viewer,
        company,
        campaign=body.campaign,
        occasion=body.occasion,
        amount=body.amount,
        days=str(body.days),
    )
    return posted_out(posted)


@router.post(_ONE + "/freezes", status_code=201, dependencies=[MOVES_MONEY.needed])
async def freeze(company: str, body: FreezeIn, database: DatabaseDep, viewer: ViewerDep) -> IdOut:
    """Stop an account from spending for 1 to 30 days, with a reason that the company reads."""
    frozen = await acting.freeze(
        database, viewer, company, account=body.account, days=str(body.days), reason=body.reason
    )
    return IdOut(id=frozen)


@router.delete("/staff/ledger/freezes/{public_id}", status_code=204, dependencies=[MOVES_MONEY.needed])
async def lift(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """End a freeze now."""
    await acting.lift(database, viewer, public_id)
    return Response(status_code=204)
