"""What of companies stands in the console of staff, and what of staff's reading in theirs."""

from datetime import timedelta

from app.features.members.audit.access_log import AccessKind
from app.features.members.companies.verification import behind_glass
from app.features.members.companies.verification.queries import waiting_requests
from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage, StaffQueue
from app.kit.text import Text

GLASS_TYPES = behind_glass.TYPES
PAGES = (
    StaffPage(
        key="verifications",
        label=Text(zh="公司认证", en="Verification"),
        href="/staff/verifications",
        permission=Permission.STAFF_VERIFY,
        order=10,
        queue=StaffQueue(waiting_requests, answered_within=timedelta(days=2)),
    ),
    StaffPage(
        key="companies",
        label=Text(zh="公司", en="Companies"),
        href="/staff/companies",
        permission=Permission.STAFF_COMPANIES,
        order=40,
    ),
)
ACCESS_KINDS = (
    AccessKind("document.read", "document", Text("查看了认证文件", "Read a verification document")),
    *behind_glass.ACCESS_KINDS,
)
