"""What is hashed of a transfer. A proof shows the head and some legs; the rest it shows as salted hashes.

Pure: reading the rows is another matter (`reading`).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.features.ledger.sealing.merkle import leaf_of


@dataclass(frozen=True, slots=True)
class SealedLeg:
    """`owner`: public id of the company, empty for the platform's own account."""

    leg: int
    account: str
    owner: str
    asset: str
    shard: int
    number: int  # of the entry on its account
    amount: int
    balance_after: int

    def told(self) -> list[Any]:
        return [
            self.leg, self.account, self.owner, self.asset, self.shard,
            self.number, self.amount, self.balance_after,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedTransfer:
    """`private`: what only the books know: scope, key, hash and content of the request, who asked."""

    id: int
    public_id: str
    kind: str
    state: str
    at: datetime
    cause_kind: str
    cause_id: str
    reverses: str  # public id, or empty
    private: tuple[Any, ...]
    legs: tuple[SealedLeg, ...]

    def head(self) -> list[Any]:
        """What every proof shows."""
        at = self.at.isoformat(timespec="microseconds")
        return [self.public_id, self.kind, self.state, at, self.cause_kind, self.cause_id, self.reverses]

    def leaf(self, salt: str) -> str:
        return leaf_of_parts(self.head(), self.hidden(salt), self.hashes(salt))

    def hidden(self, salt: str) -> str:
        return salted(part_salt(salt, 0), list(self.private))

    def hashes(self, salt: str) -> list[str]:
        return [salted(part_salt(salt, one.leg), one.told()) for one in self.legs]


def leaf_of_parts(head: Sequence[Any], hidden: str, legs: Sequence[str]) -> str:
    return leaf_of(canonical([list(head), hidden, list(legs)]))


def salted(salt: str, told: Sequence[Any]) -> str:
    return hashlib.sha256(canonical([salt, list(told)])).hexdigest()


def part_salt(salt: str, part: int) -> str:
    """One for each part: showing one leg's tells nothing of another's."""
    return hashlib.sha256(f"{salt}|{part}".encode()).hexdigest()[:32]


def canonical(value: Any) -> bytes:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
