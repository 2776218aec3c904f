"""A request to move something: its key, its content, and what became of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.db.tenancy import Tenant, acting_tenant
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import TransferKind
from app.features.ledger.models import CAUSE_ID_LENGTH, CAUSE_KIND_LENGTH, KEY_LENGTH, SCOPE_LENGTH
from app.features.ledger.posting.beside import Beside
from app.features.ledger.posting.moves import Account, Leg, Move, NewHold, refuse_misshapen
from app.kit.errors import Invalid
from app.kit.ids import random_id
from app.kit.text import Text

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key in the scope of who gave it: nobody can probe another's keys."""

    scope: str
    value: str

    @classmethod
    def of_company(cls, company_id: int, value: str) -> "Key":
        """A key that a company's member sent. Raises Invalid."""
        if not 1 <= len(value) <= KEY_LENGTH or not value.isascii() or not value.isprintable():
            raise Invalid(
                Text(
                    zh=f"请求头 Idempotency-Key 须有 1 到 {KEY_LENGTH} 个可见的 ASCII 字符，例如一个 UUID。",
                    en=f"The header Idempotency-Key takes 1 to {KEY_LENGTH} visible ASCII characters, "
                    "such as a UUID.",
                ),
                field="Idempotency-Key",
            )
        return cls(f"company:{company_id}", value)

    def __post_init__(self) -> None:
        if not 0 < len(self.scope) <= SCOPE_LENGTH or not 0 < len(self.value) <= KEY_LENGTH:
            raise ValueError("a key has a scope and a value of limited length")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something moved: a kind of thing that another room owns, and its public id."""

    kind: str
    id: str

    def __post_init__(self) -> None:
        if not 0 < len(self.kind) <= CAUSE_KIND_LENGTH or not 0 < len(self.id) <= CAUSE_ID_LENGTH:
            raise ValueError("a cause has a kind and an id of limited length")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `content` is all that makes it this request and not another one."""

    key: Key
    kind: TransferKind
    cause: Cause
    content: Mapping[str, Any]
    actor_id: int | None = None
    reverses_id: int | None = None

    @property
    def content_json(self) -> str:
        return _ENCODER.encode(self.content)

    @property
    def digest(self) -> str:
        return self.digest_with(self.content_json)

    def digest_with(self, content: str) -> str:
        """The digest, where `content_json` is at hand."""
        parts = (self.kind.name, self.cause.kind, self.cause.id, str(self.reverses_id), content)
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posting:
    """A request with what it moves, as it is booked. Who acts is who made it."""

    request: Request
    accounts: tuple[Account, ...]
    moves: Sequence[Move]
    holds: Sequence[NewHold] = ()
    beside: Beside | None = None
    leaving_more: Sequence[Account] = ()  # where one of these takes part, there is more to write
    public_id: str = field(default_factory=random_id)
    tenant: Tenant = field(default_factory=acting_tenant)

    @classmethod
    def of(
        cls,
        request: Request,
        moves: Sequence[Move],
        holds: Sequence[NewHold] = (),
        *,
        beside: Beside | None = None,
        leaving_more: Sequence[Account] = (),
    ) -> "Posting":
        """Raises Misposted for what no transfer of its kind may be."""
        accounts = refuse_misshapen(request.kind, moves, holds)
        return cls(request, accounts, moves, holds, beside, leaving_more)

    def with_account(self, new: Account, *, instead_of: Account) -> "Posting":
        """The same on another account, of which nothing is held."""

        def exchanged(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
            return tuple(new if one == instead_of else one for one in accounts)

        moves = [Move(move.amount, exchanged(move.accounts)) for move in self.moves]
        return replace(self, accounts=exchanged(self.accounts), moves=moves)


@dataclass(frozen=True, slots=True)
class Claim:
    """A request whose key is ours for the length of this transaction."""

    request: Request
    transfer_id: int
    public_id: str
    at: datetime  # the database's clock


@dataclass(frozen=True, slots=True)
class Posted:
    """A transfer that stands. `replayed`: it was posted before under the same key; nothing was done now."""

    transfer_id: int
    public_id: str
    at: datetime
    legs: tuple[Leg, ...]
    request: Request
    replayed: bool = False

    def refused(self, reason: str, message: Text) -> PostingRefused:
        """To be raised by a room above that finds, under the locks, a reason of its own against it."""
        return PostingRefused(reason, message, request=self.request)

    def moved(self, account: Account) -> int:
        """What the transfer did to `account`, in minor units; 0 where it took no part."""
        return sum(leg.amount for leg in self.legs if leg.account == account)
