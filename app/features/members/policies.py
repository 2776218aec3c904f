"""Who may use the routes of this room: one row each, to be read in one sitting."""

from app.features.members.permissions import Permission
from app.web.policy import Policy

STAFF_CONSOLE = Policy("staff")
STAFF_MODERATE = Policy("staff", permission=Permission.STAFF_MODERATE)
