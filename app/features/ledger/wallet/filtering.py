"""What a reader of a statement asks for, as clean values, and as the address that asks for it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query

from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.queries.statement import OWN_KINDS, StatementFilter
from app.kit.clock import CHINA
from app.kit.errors import Invalid
from app.kit.text import Text

# What can happen to a company's own accounts.
OWN_TRANSFERS = tuple(kind for kind in TransferKind if kind is not TransferKind.SWEEP)
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_LABELS = {
    "account": Text(zh="账户", en="Account"),
    "kind": Text(zh="类型", en="Kind"),
    "since": Text(zh="从哪天", en="From"),
    "until": Text(zh="到哪天", en="To"),
}
Kind = TypeVar("Kind", bound=IntEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """As typed: names in small letters, days as 2026-11-29; empty where nothing was chosen."""

    account: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """Without a question mark; empty for everything."""
        return urlencode({name: value for name, value in self.given.items() if value})

    @property
    def given(self) -> dict[str, str]:
        return {"account": self.account, "kind": self.kind, "since": self.since, "until": self.until}

    def wanted(self) -> StatementFilter:
        """Raises Invalid. Both days are included, by China's clock."""
        since, until = _day(self.since, "since"), _day(self.until, "until")
        if since and until and since > until:
            raise Invalid(
                Text(zh="起始日期晚于结束日期。请对调。", en="The first day is after the last one."),
                field="since",
            )
        return StatementFilter(
            accounts=(_named(AccountKind, self.account, OWN_KINDS, "account"),)
            if self.account
            else OWN_KINDS,
            kinds=(_named(TransferKind, self.kind, OWN_TRANSFERS, "kind"),) if self.kind else (),
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def asked_in(given: Mapping[str, str]) -> Asked:
    """What a form sent back."""
    return Asked(*(given.get(name, "").strip() for name in ("account", "kind", "since", "until")))


_Short = Annotated[str, Query(max_length=20)]


async def _asked(account: _Short = "", kind: _Short = "", since: _Short = "", until: _Short = "") -> Asked:
    return Asked(account.strip(), kind.strip(), since.strip(), until.strip())


AskedDep = Annotated[Asked, Depends(_asked)]


def _named(kinds: type[Kind], name: str, allowed: tuple[Kind, ...], field: str) -> Kind:
    known = {kind.name.lower(): kind for kind in allowed}
    if name not in known:
        label, listed = _LABELS[field], ", ".join(known)
        raise Invalid(
            Text(zh=f"“{label.zh}”只能是：{listed}", en=f"“{label.en}” must be one of: {listed}"),
            field=field,
        )
    return known[name]


def _day(typed: str, field: str) -> date | None:
    if not typed:
        return None
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = None
    label = _LABELS[field]
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise Invalid(
            Text(
                zh=f"“{label.zh}”须为日期，例如 2026-11-29。",
                en=f"“{label.en}” must be a day such as 2026-11-29.",
            ),
            field=field,
        )
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
