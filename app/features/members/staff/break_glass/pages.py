"""The page of break-glass in the console."""

from datetime import timedelta

from app.features.members.permissions import Permission
from app.features.members.staff.break_glass.queries import waiting_for
from app.features.members.staff.desk import StaffPage, StaffQueue
from app.kit.text import Text

PAGES = (
    StaffPage(
        "break-glass",
        Text("应急查看", "Break-glass"),
        "/staff/break-glass",
        Permission.STAFF_BREAK_GLASS,
        order=70,
        queue=StaffQueue(waiting_for, answered_within=timedelta(hours=4)),
    ),
)
