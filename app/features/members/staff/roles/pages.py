"""The page of roles in the console."""

from datetime import timedelta

from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage, StaffQueue
from app.features.members.staff.roles.queries import waiting_for
from app.kit.text import Text

PAGES = (
    StaffPage(
        "roles",
        Text("工作角色", "Roles"),
        "/staff/roles",
        Permission.STAFF_ROLES,
        order=60,
        queue=StaffQueue(waiting_for, answered_within=timedelta(days=2)),
    ),
)
