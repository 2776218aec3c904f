"""Who may use the routes of follows, and of pages of higher rooms that are made of follows."""

from app.features.members.permissions import Permission
from app.web.policy import Policy

KEEPS_FOLLOWS = Policy("member", permission=Permission.FOLLOWS_KEEP, scope="follows")
# No token may: without a scope here, none reaches it.
EXPORTS_FOLLOWS = Policy("member", permission=Permission.FOLLOWS_EXPORT, step_up=True)
