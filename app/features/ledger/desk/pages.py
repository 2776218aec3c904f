"""The ledger's pages in the console of staff, and what of their reading stands in companies' access logs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.db.engine import ReadSession
from app.features.ledger.queries.for_staff import waiting
from app.features.members.audit.access_log import AccessKind
from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage, StaffQueue, Waiting
from app.kit.text import Text
from app.kit.viewer import Viewer


def _load(what: str) -> Callable[[ReadSession, Viewer], Awaitable[Waiting]]:
    async def load(session: ReadSession, viewer: Viewer) -> Waiting:
        return Waiting(*await waiting(session, what, not_of=viewer.person_id))

    return load


def _page(key: str, label: Text, path: str, order: int, queue: StaffQueue | None = None) -> StaffPage:
    return StaffPage(key, label, path, Permission.STAFF_FINANCE, order=order, queue=queue)


PAGES = (
    _page("ledger", Text(zh="公司账户", en="Accounts"), "/staff/ledger", 40),
    _page(
        "ledger-proposals",
        Text(zh="两人批准", en="Two-person approvals"),
        "/staff/ledger/proposals",
        41,
        StaffQueue(_load("proposals"), answered_within=timedelta(days=2)),
    ),
    _page(
        "ledger-payouts",
        Text(zh="提现", en="Payouts"),
        "/staff/ledger/payouts",
        42,
        StaffQueue(_load("payouts"), answered_within=timedelta(days=3)),
    ),
    _page(
        "ledger-appeals",
        Text(zh="冻结与申诉", en="Freezes and appeals"),
        "/staff/ledger/appeals",
        43,
        StaffQueue(_load("appeals"), answered_within=timedelta(days=7)),
    ),
    _page(
        "ledger-events",
        Text(zh="未对上的付款", en="Unmatched payments"),
        "/staff/ledger/events",
        44,
        StaffQueue(_load("events"), answered_within=timedelta(days=1)),
    ),
)
ACCESS_KINDS = (
    AccessKind("ledger.read", "company", Text("查看了积分余额和流水", "Read balances and statement")),
)
