"""The kinds of accounts and transfers, and the fixed matrix of what may move where.

The numbers are stored: they are never changed or given away again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.kit.text import Text

PLATFORM = 0  # owner of the accounts that no company has
REVENUE_SHARDS = 16  # a single fee account would be one row in which every sale waits for the one before


class AccountKind(IntEnum):
    WALLET = 1  # spendable credits
    WALLET_PROMO = 2  # bonus credits: spent first, never paid out, may expire
    EARNINGS_PENDING = 3  # sold, inside the hold window
    EARNINGS_AVAILABLE = 4  # payable, or movable to the wallet
    PARTNER_DEBT = 5  # owed after late refunds and chargebacks: zero or below
    DEPOSIT = 6  # membership deposit, returnable
    PLATFORM_REVENUE = 21  # fees
    PROMO_ISSUANCE = 22  # source of bonuses; its floor is the approved budget
    PAYMENT_CLEARING = 23  # counterpart of money that came in
    PAYOUT_CLEARING = 24  # reserved for payouts under way
    PAYOUT_SETTLED = 25  # counterpart of money that left
    SUSPENSE = 26  # must be zero at every check

    @property
    def is_platform(self) -> bool:
        return self >= AccountKind.PLATFORM_REVENUE

    @property
    def shards(self) -> int:
        return REVENUE_SHARDS if self is AccountKind.PLATFORM_REVENUE else 1

    @property
    def label(self) -> Text:
        return ACCOUNT_LABELS[self]


class TransferKind(IntEnum):
    TOP_UP = 1
    BONUS = 2
    BONUS_EXPIRY = 3
    DOWNLOAD = 4
    RELEASE = 5
    REFUND = 6
    GOODWILL = 7
    CHARGEBACK = 8
    CHARGEBACK_WON = 9
    PAYOUT_RESERVE = 10
    PAYOUT_SETTLE = 11
    PAYOUT_FAIL = 12
    DEPOSIT_IN = 13
    DEPOSIT_RETURN = 14
    DEPOSIT_FORFEIT = 15
    SWEEP = 16
    CORRECTION = 17
    TO_WALLET = 18  # a company's own earnings, made spendable

    @property
    def label(self) -> Text:
        return TRANSFER_LABELS[self]


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """`floor` and `ceiling` of a new account; None: unlimited on that side."""

    floor: int | None = 0
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class TransferRule:
    """Which accounts may lose and which may gain; whether a freeze of an account lets it pass."""

    debits: frozenset[AccountKind]
    credits: frozenset[AccountKind]
    passes_freeze: bool = False


_A = AccountKind
LIMITS: Mapping[AccountKind, AccountLimits] = {
    _A.PARTNER_DEBT: AccountLimits(floor=None, ceiling=0),
    _A.PLATFORM_REVENUE: AccountLimits(floor=None),  # a refund may follow a sweep
    _A.PAYMENT_CLEARING: AccountLimits(floor=None),
    _A.PAYOUT_SETTLED: AccountLimits(floor=None),
    _A.SUSPENSE: AccountLimits(floor=None),
}


_USUAL = AccountLimits()


def limits_of(kind: AccountKind) -> AccountLimits:
    return LIMITS.get(kind, _USUAL)


def _rule(
    debits: tuple[AccountKind, ...], credits: tuple[AccountKind, ...], *, passes_freeze: bool = False
) -> TransferRule:
    return TransferRule(frozenset(debits), frozenset(credits), passes_freeze)


_EVERY = tuple(AccountKind)
_T = TransferKind
MATRIX: Mapping[TransferKind, TransferRule] = {
    _T.TOP_UP: _rule((_A.PAYMENT_CLEARING,), (_A.WALLET,)),
    _T.BONUS: _rule((_A.PROMO_ISSUANCE,), (_A.WALLET_PROMO,)),
    _T.BONUS_EXPIRY: _rule((_A.WALLET_PROMO,), (_A.PROMO_ISSUANCE,), passes_freeze=True),
    _T.DOWNLOAD: _rule((_A.WALLET_PROMO, _A.WALLET), (_A.EARNINGS_PENDING, _A.PLATFORM_REVENUE)),
    _T.RELEASE: _rule((_A.EARNINGS_PENDING,), (_A.PARTNER_DEBT, _A.EARNINGS_AVAILABLE)),
    _T.REFUND: _rule(
        (_A.EARNINGS_PENDING, _A.EARNINGS_AVAILABLE, _A.PARTNER_DEBT, _A.PLATFORM_REVENUE),
        (_A.PARTNER_DEBT, _A.WALLET, _A.WALLET_PROMO),
        passes_freeze=True,
    ),
    _T.GOODWILL: _rule((_A.PLATFORM_REVENUE,), (_A.WALLET,)),
    _T.CHARGEBACK: _rule((_A.WALLET, _A.PARTNER_DEBT), (_A.PAYMENT_CLEARING,), passes_freeze=True),
    _T.CHARGEBACK_WON: _rule((_A.PAYMENT_CLEARING,), (_A.WALLET, _A.PARTNER_DEBT)),
    _T.PAYOUT_RESERVE: _rule((_A.EARNINGS_AVAILABLE,), (_A.PAYOUT_CLEARING,)),
    _T.PAYOUT_SETTLE: _rule((_A.PAYOUT_CLEARING,), (_A.PAYOUT_SETTLED,)),
    _T.PAYOUT_FAIL: _rule((_A.PAYOUT_CLEARING,), (_A.EARNINGS_AVAILABLE,)),
    _T.DEPOSIT_IN: _rule((_A.PAYMENT_CLEARING,), (_A.DEPOSIT,)),
    _T.DEPOSIT_RETURN: _rule((_A.DEPOSIT,), (_A.PAYMENT_CLEARING,)),
    _T.DEPOSIT_FORFEIT: _rule((_A.DEPOSIT,), (_A.PLATFORM_REVENUE,), passes_freeze=True),
    _T.SWEEP: _rule((_A.PLATFORM_REVENUE,), (_A.PLATFORM_REVENUE,)),
    _T.CORRECTION: _rule(_EVERY, _EVERY, passes_freeze=True),
    _T.TO_WALLET: _rule((_A.EARNINGS_AVAILABLE,), (_A.WALLET,)),
}
# At most one of these may point at a transfer: what was taken back once is not taken back again.
FULL_REVERSALS = (_T.CHARGEBACK, _T.CHARGEBACK_WON, _T.CORRECTION)

ACCOUNT_LABELS: Mapping[AccountKind, Text] = {
    _A.WALLET: Text(zh="可用积分", en="Spendable credits"),
    _A.WALLET_PROMO: Text(zh="赠送积分", en="Bonus credits"),
    _A.EARNINGS_PENDING: Text(zh="待结算收益", en="Pending earnings"),
    _A.EARNINGS_AVAILABLE: Text(zh="可提取收益", en="Available earnings"),
    _A.PARTNER_DEBT: Text(zh="欠款", en="Debt"),
    _A.DEPOSIT: Text(zh="保证金", en="Deposit"),
    _A.PLATFORM_REVENUE: Text(zh="平台收入", en="Platform revenue"),
    _A.PROMO_ISSUANCE: Text(zh="赠送额度", en="Bonus budget"),
    _A.PAYMENT_CLEARING: Text(zh="收款清算", en="Payment clearing"),
    _A.PAYOUT_CLEARING: Text(zh="付款清算", en="Payout clearing"),
    _A.PAYOUT_SETTLED: Text(zh="已付款", en="Payouts settled"),
    _A.SUSPENSE: Text(zh="待查账户", en="Suspense"),
}
TRANSFER_LABELS: Mapping[TransferKind, Text] = {
    _T.TOP_UP: Text(zh="充值", en="Top-up"),
    _T.BONUS: Text(zh="赠送", en="Bonus"),
    _T.BONUS_EXPIRY: Text(zh="赠送到期", en="Bonus expired"),
    _T.DOWNLOAD: Text(zh="下载", en="Download"),
    _T.RELEASE: Text(zh="收益结算", en="Earnings released"),
    _T.REFUND: Text(zh="退款", en="Refund"),
    _T.GOODWILL: Text(zh="补偿", en="Goodwill"),
    _T.CHARGEBACK: Text(zh="拒付", en="Chargeback"),
    _T.CHARGEBACK_WON: Text(zh="拒付撤回", en="Chargeback reversed"),
    _T.PAYOUT_RESERVE: Text(zh="提现申请", en="Payout requested"),
    _T.PAYOUT_SETTLE: Text(zh="提现完成", en="Payout settled"),
    _T.PAYOUT_FAIL: Text(zh="提现退回", en="Payout returned"),
    _T.DEPOSIT_IN: Text(zh="缴纳保证金", en="Deposit paid"),
    _T.DEPOSIT_RETURN: Text(zh="退还保证金", en="Deposit returned"),
    _T.DEPOSIT_FORFEIT: Text(zh="没收保证金", en="Deposit forfeited"),
    _T.SWEEP: Text(zh="收入归集", en="Revenue swept"),
    _T.CORRECTION: Text(zh="更正", en="Correction"),
    _T.TO_WALLET: Text(zh="收益转入钱包", en="Earnings moved to the wallet"),
}
