"""What a transfer does, as data, and what that means for accounts once they are locked. Pure.

Named tuples, as a sale makes and looks up dozens of them.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import MATRIX, PLATFORM, REVENUE_SHARDS, AccountKind, TransferKind
from app.features.ledger.models import MAX_BALANCE
from app.kit.amount import ASSETS, MAX_MINOR, Amount, Asset

MAX_LEGS = 32


class Account(NamedTuple):
    """Which account, whether it exists yet or not."""

    kind: AccountKind
    owner_id: int = PLATFORM
    asset: Asset = "CR"
    shard: int = 0


class Move(NamedTuple):
    """An amount taken from (negative) or given to (positive) accounts in order.

    Each but the last takes part as far as its floor or ceiling leaves room; the last bears the rest.
    """

    amount: int
    accounts: tuple[Account, ...]


class NewHold(NamedTuple):
    """A part of a transfer that waits on a pending account before it is its owner's to take."""

    account: Account
    amount: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Locked:
    """An account's row under its lock."""

    id: int
    balance: int
    seq: int
    floor: int | None
    ceiling: int | None
    is_frozen: bool
    is_closed: bool


class Leg(NamedTuple):
    """What happened to one account."""

    account: Account
    amount: int
    balance_after: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why the moves cannot be made: insufficient, ceiling, frozen, closed or limit."""

    reason: str
    account: Account


def take(amount: Amount, *accounts: Account) -> Move:
    return Move(-amount.minor, accounts)


def give(amount: Amount, *accounts: Account) -> Move:
    return Move(amount.minor, accounts)


def revenue_account(scope: str, key: str, asset: Asset = "CR") -> Account:
    """The shard of the fee account for a sale: spread evenly, the same for the same key."""
    shard = zlib.crc32(f"{scope}|{key}".encode()) % REVENUE_SHARDS
    return Account(AccountKind.PLATFORM_REVENUE, PLATFORM, asset, shard)


def accounts_of(moves: Sequence[Move]) -> tuple[Account, ...]:
    """Every account that may take part, each once, in the order of its first mention."""
    return tuple(dict.fromkeys(account for move in moves for account in move.accounts))


def refuse_misshapen(
    kind: TransferKind, moves: Sequence[Move], holds: Sequence[NewHold] = ()
) -> tuple[Account, ...]:
    """The accounts of `moves`. Raises Misposted for what no transfer of `kind` may be, before any SQL."""
    rule, sums = MATRIX[kind], dict.fromkeys(ASSETS, 0)
    for amount, accounts in moves:
        if type(amount) is not int or not 1 <= abs(amount) <= MAX_MINOR:
            raise Misposted("a move's amount is a whole number within the limit")
        if not accounts or (len(accounts) > 1 and len(set(accounts)) != len(accounts)):
            raise Misposted("a move has accounts, each once")
        asset, allowed = accounts[0].asset, rule.debits if amount < 0 else rule.credits
        for account in accounts:
            if account.asset != asset:
                raise Misposted("the accounts of a move are of one asset")
            if account.kind not in allowed:
                raise Misposted(f"{kind.name} may not move {amount} on {account.kind.name}")
            _refuse_odd(account)
        sums[asset] += amount
    if any(sums.values()):
        raise Misposted("the moves do not add up to zero")
    accounts = accounts_of(moves)
    if not 2 <= len(accounts) <= MAX_LEGS:
        raise Misposted(f"a transfer has 2 to {MAX_LEGS} accounts")
    if any(hold.account not in accounts for hold in holds):
        raise Misposted("a hold is on an account of its transfer")
    return accounts


def _refuse_odd(account: Account) -> None:
    kind, owner_id, _, shard = account
    if kind.is_platform != (owner_id == PLATFORM) or owner_id < 0:
        raise Misposted(f"{kind.name} cannot belong to {owner_id}")
    if shard and not 0 < shard < kind.shards:
        raise Misposted(f"{kind.name} has no shard {shard}")


def settle(
    kind: TransferKind, moves: Sequence[Move], locked: Mapping[Account, Locked]
) -> list[Leg] | Shortfall:
    """The legs of a transfer on these accounts, or why there are none."""
    balances = {account: row.balance for account, row in locked.items()}
    for move in moves:
        rest = move.amount
        for account in move.accounts:
            is_last = account == move.accounts[-1]
            part = rest if is_last else _part(rest, balances[account], locked[account])
            balances[account] += part
            rest -= part
    for account in accounts_of(moves):
        reason = _objection(kind, locked[account], balances[account])
        if reason is not None:
            return Shortfall(reason, account)
    legs = [
        Leg(account, balances[account] - locked[account].balance, balances[account])
        for account in accounts_of(moves)
        if balances[account] != locked[account].balance
    ]
    if len(legs) < 2:
        raise Misposted("a transfer changes at least two accounts")
    return legs


def _part(rest: int, balance: int, row: Locked) -> int:
    """How much of `rest` the account can bear."""
    if rest < 0:
        return rest if row.floor is None else -min(-rest, max(balance - row.floor, 0))
    return rest if row.ceiling is None else min(rest, max(row.ceiling - balance, 0))


def _objection(kind: TransferKind, row: Locked, balance: int) -> str | None:
    change = balance - row.balance
    if change == 0:
        return None
    if row.is_closed:
        return "closed"
    if change < 0 and row.is_frozen and not MATRIX[kind].passes_freeze:
        return "frozen"
    if row.floor is not None and balance < row.floor:
        return "insufficient"
    if row.ceiling is not None and balance > row.ceiling:
        return "ceiling"
    if abs(balance) > MAX_BALANCE or abs(change) > MAX_MINOR:
        return "limit"
    return None
