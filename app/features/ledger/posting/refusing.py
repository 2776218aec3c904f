"""Saying no in words, and remembering it."""

from collections.abc import Mapping

from sqlalchemy import select

from app.db.engine import WriteSession
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.posting.moves import Shortfall
from app.features.ledger.posting.portable import dialect_of, transfer_values
from app.features.ledger.posting.requests import Request
from app.features.ledger.posting.sql import claiming
from app.kit.ids import random_id
from app.kit.text import Text

_INSUFFICIENT: Mapping[AccountKind, Text] = {
    AccountKind.WALLET: Text(
        zh="可用积分不足。请先充值，或用收益转入。",
        en="There are not enough spendable credits. Top up, or move earnings to the wallet first.",
    ),
    AccountKind.EARNINGS_AVAILABLE: Text(
        zh="可提取收益不足。待结算的部分要等到结算日。",
        en="There are not enough available earnings. Pending ones wait for their release date.",
    ),
    AccountKind.PROMO_ISSUANCE: Text(
        zh="赠送额度已用完。请先由两人批准追加额度。",
        en="The approved bonus budget is used up. Two people have to approve more first.",
    ),
}


def refused(request: Request, reason: str, message: Text, *, field: str | None = None) -> PostingRefused:
    """The refusal of a request, to be raised: the rooms above use it for reasons of their own."""
    return PostingRefused(reason, message, request=request, field=field)


def refusal_of(request: Request, shortfall: Shortfall) -> PostingRefused:
    account = shortfall.account.kind
    label = account.label
    sentences = {
        "insufficient": _INSUFFICIENT.get(
            account, Text(zh=f"“{label.zh}”余额不足。", en=f"“{label.en}” does not hold enough.")
        ),
        "ceiling": Text(zh=f"“{label.zh}”没有这么多可以冲抵。", en=f"“{label.en}” does not take that much."),
        "frozen": Text(
            zh=f"“{label.zh}”暂时被冻结，可以在钱包页查看原因、期限并申诉。",
            en=f"“{label.en}” is frozen for now; the wallet page says why, until when, and takes appeals.",
        ),
        "closed": Text(
            zh=f"“{label.zh}”账户已关闭。请联系平台财务。",
            en=f"The account “{label.en}” is closed. Please ask the platform's finance staff.",
        ),
        "limit": Text(
            zh=f"“{label.zh}”的金额超出账户上限。", en=f"“{label.en}” would exceed what an account can hold."
        ),
    }
    return refused(request, shortfall.reason, sentences[shortfall.reason])


def reversed_already(request: Request) -> PostingRefused:
    message = Text(
        zh="这笔转账已经被撤销过，不能再次撤销。", en="This transfer was taken back already; it is done once."
    )
    return refused(request, "reversed", message)


async def remember(session: WriteSession, refusal: PostingRefused) -> bool:
    """Store a refusal under its key; False when meanwhile the request was posted after all."""
    request: Request = refusal.request
    message = {"zh": refusal.message.zh, "en": refusal.message.en}
    values = transfer_values(request, random_id(), reason=refusal.reason, refusal=message)
    await session.execute(claiming(dialect_of(session)), values)
    key = (LedgerTransfer.scope == request.key.scope, LedgerTransfer.idem_key == request.key.value)
    stored = (await session.execute(select(LedgerTransfer.state).where(*key))).scalar_one()
    return bool(stored == "rejected")
