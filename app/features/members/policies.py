"""Who may use the routes of this room: one row each, to be read in one sitting."""

from app.web.policy import Policy

STAFF_CONSOLE = Policy("staff")
