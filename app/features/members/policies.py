"""Who may use the routes of this room: one row each, to be read in one sitting."""

from app.features.members.permissions import Permission
from app.web.policy import Policy

STAFF_CONSOLE = Policy("staff")
STAFF_MODERATE = Policy("staff", permission=Permission.STAFF_MODERATE)
# A page whose form wants a fresh second factor wants it when it opens: better than after typing. A form that
# is sent later than that asks for it and comes back as it was filled in (signing_in/factors/keeping.py).
STAFF_ROLES = Policy("staff", permission=Permission.STAFF_ROLES, step_up=True)
STAFF_BREAK_GLASS = Policy("staff", permission=Permission.STAFF_BREAK_GLASS, step_up=True)
STAFF_BROKEN_GLASS = Policy("staff", permission=Permission.STAFF_BREAK_GLASS)  # reading what it opened
STAFF_AUDIT = Policy("staff", permission=Permission.STAFF_AUDIT)
ACCESS_LOG = Policy("member", permission=Permission.ACCESS_LOG_READ, second_factor=True)
ACCESS_LOG_EXPORT = Policy("member", permission=Permission.ACCESS_LOG_READ, step_up=True)

ENTERING = Policy("entering")  # the second factor, which also steps up
MINE = Policy("signed_in")  # one's own account
MINE_STEPPED_UP = Policy("signed_in", step_up=True)
TOKENS = Policy("member", permission=Permission.TOKENS_MAKE)  # lists, and taking back
TOKENS_MAKE = Policy("member", permission=Permission.TOKENS_MAKE, step_up=True)
TOKENS_APPROVE = Policy("member", permission=Permission.TOKENS_APPROVE, step_up=True)

OWN_DATA = Policy("signed_in")  # no token reaches what people do with their own data
OWN_DATA_CHANGED = Policy("signed_in", step_up=True)
OWN_DATA_LEFT = Policy("anyone")  # the page that says goodbye
PROFILES = Policy("signed_in", scope="company")
COMPANY = Policy("member", permission=Permission.COMPANY_READ, scope="company")
EDIT_COMPANY = Policy("member", permission=Permission.COMPANY_EDIT, second_factor=True)
MANAGE_MEMBERS = Policy("member", permission=Permission.MEMBERS_MANAGE, step_up=True)
LEAVE_COMPANY = Policy("member")

STAFF_MAIL = Policy("staff", permission=Permission.STAFF_OPERATE)
STAFF_VERIFY = Policy("staff", permission=Permission.STAFF_VERIFY)
STAFF_COMPANIES = Policy("staff", permission=Permission.STAFF_COMPANIES)
CHANGE_COMPANIES = Policy("staff", permission=Permission.STAFF_OPERATE, step_up=True)
VOUCH = Policy("member", permission=Permission.COMPANY_EDIT, verified=True, second_factor=True)
