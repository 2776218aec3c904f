"""What the causes of transfers are called and where they are shown. Rooms above add theirs; main.py collects.

`CAUSES = {"purchase": CauseKind(Text("购买", "Purchase"), describe)}`
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from app.db.engine import ReadSession
from app.features.ledger.posting.requests import Cause
from app.kit.text import Text
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class KnownCause:
    """`href`: its page, where this viewer may open one."""

    label: Text
    href: str | None = None


# By id; what is missing or hidden from the viewer is left out. One statement at most.
Describe = Callable[[ReadSession, Viewer, Sequence[str]], Awaitable[Mapping[str, KnownCause]]]


@dataclass(frozen=True, slots=True)
class CauseKind:
    """`tells_id`: the id means something outside the process, a provider's number for instance."""

    name: Text
    describe: Describe | None = None
    tells_id: bool = True
    href: str | None = None


LEDGER_CAUSES: Mapping[str, CauseKind] = {
    "payment": CauseKind(Text(zh="付款", en="Payment")),
    "campaign": CauseKind(Text(zh="活动", en="Campaign")),
    "bonus": CauseKind(Text(zh="到期的赠送", en="An expired bonus"), tells_id=False),
    "company": CauseKind(Text(zh="本公司申请", en="Asked for by your company"), tells_id=False),
    "payout": CauseKind(Text(zh="提现", en="Payout"), href="/wallet/payouts"),
    "deposit": CauseKind(Text(zh="保证金", en="Deposit")),
    "release": CauseKind(Text(zh="到期结算", en="Release of earnings"), tells_id=False),
    "refund": CauseKind(Text(zh="退款单", en="Refund")),
    "dispute": CauseKind(Text(zh="争议", en="Dispute")),
    "chargeback": CauseKind(Text(zh="拒付", en="Chargeback")),
    "proposal": CauseKind(Text(zh="平台两人批准", en="Approved by two of the platform")),
    "receipt": CauseKind(Text(zh="收款凭证", en="Receipt")),
    "case": CauseKind(Text(zh="工单", en="Case")),
}
_OTHER = CauseKind(Text(zh="其他", en="Other"))


class CauseRegistry:
    """All kinds of causes."""

    def __init__(self, of_rooms: Iterable[Mapping[str, CauseKind]]) -> None:
        self._kinds = {kind: one for causes in of_rooms for kind, one in causes.items()}

    def kind(self, cause: Cause) -> CauseKind:
        return self._kinds.get(cause.kind, _OTHER)

    def plain(self, cause: Cause) -> KnownCause:
        """By kind and id, without asking its room."""
        return replace(_plain(self.kind(cause), cause.id), href=None)

    async def describe(
        self, session: ReadSession, viewer: Viewer, causes: Iterable[Cause]
    ) -> dict[Cause, KnownCause]:
        """Every one of them; one statement per kind."""
        by_kind: dict[str, set[str]] = {}
        for cause in causes:
            by_kind.setdefault(cause.kind, set()).add(cause.id)
        found: dict[Cause, KnownCause] = {}
        for kind, ids in by_kind.items():
            known = self.kind(Cause(kind, "-"))
            named = await known.describe(session, viewer, sorted(ids)) if known.describe else {}
            for one in ids:
                found[Cause(kind, one)] = named.get(one) or _plain(known, one)
        return found


def _plain(kind: CauseKind, cause_id: str) -> KnownCause:
    suffix = f" {cause_id}" if kind.tells_id else ""
    return KnownCause(Text(zh=kind.name.zh + suffix, en=kind.name.en + suffix), kind.href)


async def _causes(request: Request) -> CauseRegistry:
    causes: CauseRegistry = request.app.state.causes
    return causes


CausesDep = Annotated[CauseRegistry, Depends(_causes)]
