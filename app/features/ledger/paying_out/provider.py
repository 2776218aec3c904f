"""Who pays money out: what ToP asks of a provider, and what it may answer.

The payout's public id is the idempotency key: ordered twice, it is paid once. The provider knows where a
company's money goes; ToP keeps no bank accounts.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from app.features.ledger.actions.payout_rows import BY_HAND
from app.kit.amount import Amount


@dataclass(frozen=True, slots=True)
class Order:
    payout: str  # public id
    company: str  # public id
    money: Amount


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of one payout. `unknown`: it never got the order."""

    state: Literal["under_way", "paid", "failed", "unknown"]
    reference: str = ""  # the provider's number; always there when paid
    reason: str = ""  # with failed


class NoAnswer(Exception):
    """Nothing is known of the outcome: the money may have left or not. Never a reason to give it back."""

    def __init__(self, doubt: Literal["unanswered", "unreadable", "contradicts"], why: str) -> None:
        super().__init__(why)
        self.doubt = doubt


class PayoutProvider(Protocol):
    """Both calls raise NoAnswer alone."""

    @property
    def name(self) -> str: ...

    async def send(self, order: Order) -> Told:
        """Order a payment. Once it is ordered, the same order is no second one."""
        ...

    async def ask(self, order: Order) -> Told:
        """What became of it."""
        ...


class ByHand:
    """Staff pay out by bank and write down each step: there is nobody to send to or to ask."""

    name = BY_HAND

    async def send(self, order: Order) -> Told:
        raise NoAnswer("unanswered", "staff pay out by hand")

    async def ask(self, order: Order) -> Told:
        raise NoAnswer("unanswered", "staff pay out by hand")
