"""The trail's page in the console."""

from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage
from app.kit.text import Text

PAGES = (
    StaffPage("audit", Text("审计记录", "Audit trail"), "/staff/audit", Permission.STAFF_AUDIT, order=80),
)
