"""Mails that were given up stand in the console of staff."""

from datetime import timedelta

from app.features.members.mail.console import stuck_queue
from app.features.members.permissions import Permission
from app.features.members.staff.desk import StaffPage, StaffQueue
from app.kit.text import Text

PAGES = (
    StaffPage(
        key="mail",
        label=Text(zh="没发出的邮件", en="Unsent mail"),
        href="/staff/mail",
        permission=Permission.STAFF_OPERATE,
        order=80,
        queue=StaffQueue(stuck_queue, answered_within=timedelta(days=4)),  # after it was written
    ),
)
