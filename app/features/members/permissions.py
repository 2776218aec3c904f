"""The permission matrix, as data: what each role may do. Policies of routes name permissions, never roles."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """`area:action`. Those of staff begin with `staff:`."""

    COMPANY_READ = "company:read"  # its own profile, colleagues, verification
    COMPANY_EDIT = "company:edit"  # profile, verification, merging
    MEMBERS_MANAGE = "members:manage"  # invite, change roles, suspend
    TOKENS_MAKE = "tokens:make"
    TOKENS_APPROVE = "tokens:approve"
    ACCESS_LOG_READ = "access_log:read"
    FOLLOWS_KEEP = "follows:keep"
    FOLLOWS_EXPORT = "follows:export"
    WALLET_READ = "wallet:read"
    WALLET_SPEND = "wallet:spend"
    WALLET_PAYOUT = "wallet:payout"

    STAFF_VERIFY = "staff:verify"  # companies: queue, decisions
    STAFF_MODERATE = "staff:moderate"  # reports, registry
    STAFF_COMPANIES = "staff:companies"  # find a company and its state; never its content
    STAFF_SUPPORT = "staff:support"  # find an account, start its recovery; never its content
    STAFF_FINANCE = "staff:finance"
    STAFF_PROGRAMME = "staff:programme"
    STAFF_ROLES = "staff:roles"  # propose and confirm roles of staff
    STAFF_BREAK_GLASS = "staff:break_glass"  # ask for it, and approve what another asked for
    STAFF_AUDIT = "staff:audit"
    STAFF_OPERATE = "staff:operate"  # jobs, mail that was not sent, merging of companies


_EVERYBODY = {
    Permission.COMPANY_READ,
    Permission.FOLLOWS_KEEP,
    Permission.TOKENS_MAKE,
    Permission.WALLET_READ,
}

COMPANY_ROLES: Mapping[str, frozenset[Permission]] = {
    "admin": frozenset(one for one in Permission if not one.startswith("staff:")),
    "sales": frozenset(_EVERYBODY | {Permission.WALLET_SPEND}),
    "presales": frozenset(_EVERYBODY),
    "finance": frozenset(_EVERYBODY | {Permission.WALLET_SPEND, Permission.WALLET_PAYOUT}),
}

STAFF_ROLES: Mapping[str, frozenset[Permission]] = {
    "moderator": frozenset(
        {Permission.STAFF_VERIFY, Permission.STAFF_MODERATE, Permission.STAFF_BREAK_GLASS}
    ),
    "finance": frozenset({Permission.STAFF_FINANCE}),
    "programme": frozenset({Permission.STAFF_PROGRAMME}),
    "support": frozenset({Permission.STAFF_SUPPORT, Permission.STAFF_COMPANIES}),
    "platform_admin": frozenset(
        {
            Permission.STAFF_ROLES,
            Permission.STAFF_BREAK_GLASS,
            Permission.STAFF_AUDIT,
            Permission.STAFF_OPERATE,
            Permission.STAFF_COMPANIES,
        }
    ),
}

# What an API token can be given; a token never does more than its maker's role at the time of the call.
SCOPES: Mapping[str, frozenset[Permission]] = {
    "company": frozenset({Permission.COMPANY_READ}),
    "follows": frozenset({Permission.FOLLOWS_KEEP}),
    "wallet": frozenset({Permission.WALLET_READ}),
}


def permissions_of(
    role: str, staff_roles: Iterable[str], scopes: frozenset[str] | None = None
) -> frozenset[str]:
    """What the roles allow together; for a token (`scopes` given) only what its scopes reach too."""
    allowed: set[str] = set(COMPANY_ROLES.get(role, ()))
    for one in staff_roles:
        allowed |= STAFF_ROLES[one]
    if scopes is not None:
        reached: set[str] = set().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
        allowed &= reached
    return frozenset(allowed)
