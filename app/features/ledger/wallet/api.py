"""The wallet over JSON: the same queries and actions as its pages."""

from typing import Any

from fastapi import APIRouter, Request

from app.features.ledger.access import access_transfer
from app.features.ledger.causes import CausesDep
from app.features.ledger.idempotency import IdempotencyKeyDep
from app.features.ledger.policies import PAYS_OUT, READS_WALLET, SPENDS
from app.features.ledger.queries import appeals_of, open_holds_of, payouts_of, statement_of
from app.features.ledger.sealing.own_proofs import own_proof
from app.features.ledger.wallet import acting
from app.features.ledger.wallet.filtering import AskedDep
from app.features.ledger.wallet.loading import wallet_of
from app.features.ledger.wallet.paging import StatementCursor, read, written
from app.features.ledger.wallet.reasons import reason_in_words
from app.features.ledger.wallet.schemas import (
    AmountIn,
    AppealIn,
    AppealOut,
    BegunOut,
    FiledOut,
    HoldOut,
    LineOut,
    MoneyIn,
    PayoutOut,
    PostedOut,
    TransferOut,
    WalletOut,
    amount_out,
    appeal_out,
    begun_out,
    cause_out,
    freeze_out,
    line_out,
    payout_out,
    posted_out,
    transfer_out,
    wallet_out,
)
from app.web.cursors import CursorsDep, LimitParam
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(tags=["wallet"], route_class=StrictRoute)
_HOLDS = 100


@router.get("/wallet", dependencies=[READS_WALLET.needed])
async def show_wallet(
    request: Request, session: ReadSessionDep, viewer: ViewerDep, language: LanguageDep
) -> WalletOut:
    """What your company has: to spend, waiting, available, owed."""
    wallet = await wallet_of(session, acting.company_of(viewer))
    freezes = [freeze_out(one, reason_in_words(one.reason).in_language(language)) for one in wallet.freezes]
    closed = request.app.state.settings.cash_out_closed
    return wallet_out(wallet, freezes, closed.in_language(language) if closed else None)


@router.get("/wallet/statement", dependencies=[READS_WALLET.needed])
async def show_statement(
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
    language: LanguageDep,
    cursors: CursorsDep,
    asked: AskedDep,
    cursor: StatementCursor = None,
    limit: LimitParam = 50,
) -> Listing[LineOut]:
    """Every movement of your company's accounts, newest first. With filters a page may hold fewer lines than
    asked for, and still have a next one."""
    found = await statement_of(
        session,
        acting.company_of(viewer),
        wanted=asked.wanted(),
        before=read(cursors, cursor),
        limit=limit,
    )
    known = await causes.describe(session, viewer, {line.cause for line in found.lines})
    return Listing(
        items=[
            line_out(line, cause_out(line.cause, known[line.cause], causes, language)) for line in found.lines
        ],
        next=written(cursors, found.before),
    )


@router.get("/wallet/transfers/{public_id}", dependencies=[READS_WALLET.needed])
async def show_transfer(
    public_id: str, session: ReadSessionDep, viewer: ViewerDep, causes: CausesDep, language: LanguageDep
) -> TransferOut:
    """One transfer, and what it did to your company's accounts."""
    transfer = await access_transfer(session, viewer, public_id)
    known = await causes.describe(session, viewer, [transfer.cause])
    return transfer_out(transfer, cause_out(transfer.cause, known[transfer.cause], causes, language))


@router.get("/wallet/transfers/{public_id}/proof", dependencies=[READS_WALLET.needed])
async def show_proof(
    public_id: str, database: DatabaseDep, session: ReadSessionDep, viewer: ViewerDep
) -> dict[str, Any]:
    """That these lines of yours were in the books when they were sealed; anybody can check it. 409 until the
    next seal, which is made every minute."""
    return await own_proof(database, await access_transfer(session, viewer, public_id))


@router.get("/wallet/holds", dependencies=[READS_WALLET.needed])
async def list_holds(
    session: ReadSessionDep, viewer: ViewerDep, causes: CausesDep, language: LanguageDep
) -> Listing[HoldOut]:
    """Earnings that wait: why, and until when."""
    holds = await open_holds_of(session, acting.company_of(viewer), limit=_HOLDS)
    known = await causes.describe(session, viewer, {one.scope for one in holds})
    return Listing(
        items=[
            HoldOut(
                transfer=one.transfer,
                amount=amount_out(one.held),
                cause=cause_out(one.scope, known[one.scope], causes, language),
                state=one.state,  # type: ignore[arg-type]
                reason=reason_in_words(one.reason).in_language(language),
                ends_at=one.ends_at,
            )
            for one in holds
        ]
    )


@router.post("/wallet/to-wallet", dependencies=[SPENDS.needed])
async def move_to_wallet(
    body: AmountIn, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> PostedOut:
    """Make available earnings spendable."""
    return posted_out(await acting.move_to_wallet(database, viewer, key=key, amount=body.amount))


@router.post("/wallet/top-ups", dependencies=[SPENDS.needed])
async def begin_top_up(
    body: MoneyIn, request: Request, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> BegunOut:
    """Have the payment provider expect a payment, and learn where to pay. Credits come when it is paid; the
    same key again is the same payment."""
    state = request.app.state
    begun = await acting.begin_top_up(
        database,
        viewer,
        state.payment_provider,
        key=key,
        amount=body.amount,
        return_to=f"{state.settings.public_address}/wallet/top-up?done=paid",
    )
    return begun_out(begun)


@router.get("/wallet/appeals", dependencies=[READS_WALLET.needed])
async def list_appeals(session: ReadSessionDep, viewer: ViewerDep) -> Listing[AppealOut]:
    """Your company's objections, newest first, with what became of them."""
    return Listing(items=[appeal_out(one) for one in await appeals_of(session, acting.company_of(viewer))])


@router.post("/wallet/appeals", status_code=201, dependencies=[SPENDS.needed])
async def file_appeal(body: AppealIn, database: DatabaseDep, viewer: ViewerDep) -> FiledOut:
    """Object to a freeze or to the keeping of earnings; somebody else than who decided it looks at it."""
    filed = await acting.appeal(database, viewer, text=body.text, transfer=body.transfer, freeze=body.freeze)
    return FiledOut(id=filed)


@router.get("/wallet/payouts", dependencies=[PAYS_OUT.needed])
async def list_payouts(session: ReadSessionDep, viewer: ViewerDep) -> Listing[PayoutOut]:
    """Your company's payouts, newest first."""
    return Listing(items=[payout_out(one) for one in await payouts_of(session, acting.company_of(viewer))])


@router.post("/wallet/payouts", dependencies=[PAYS_OUT.needed])
async def request_payout(
    body: AmountIn, request: Request, key: IdempotencyKeyDep, database: DatabaseDep, viewer: ViewerDep
) -> PostedOut:
    """Ask for earnings to be paid out; refused with the reason while cash-out is closed."""
    closed = request.app.state.settings.cash_out_closed
    return posted_out(
        await acting.request_payout(database, viewer, key=key, amount=body.amount, closed_because=closed)
    )


@router.post("/wallet/payouts/{public_id}/cancel", dependencies=[PAYS_OUT.needed])
async def cancel_payout(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> PostedOut:
    """Until it is sent. Cancelling twice does it once: the payout's own id is the key."""
    return posted_out(await acting.cancel_payout(database, viewer, public_id))
