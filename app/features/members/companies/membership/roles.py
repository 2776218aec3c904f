"""The roles of a company in words: names, and the permission matrix as its members read it."""

from collections.abc import Mapping, Sequence

from app.features.members.permissions import COMPANY_ROLES, Permission
from app.kit.errors import Invalid
from app.kit.text import Text

ROLES: Mapping[str, Text] = {
    "admin": Text(zh="管理员", en="Admin"),
    "sales": Text(zh="销售", en="Sales"),
    "presales": Text(zh="售前", en="Presales"),
    "finance": Text(zh="财务", en="Finance"),
}
# In the order in which they matter to somebody who chooses a role.
MATRIX: Sequence[tuple[Permission, Text]] = (
    (Permission.FOLLOWS_KEEP, Text(zh="关注客户和需求", en="Follow customers and needs")),
    (Permission.COMPANY_READ, Text(zh="看公司资料和同事名单", en="See the company and its members")),
    (Permission.WALLET_READ, Text(zh="看积分余额", en="See the balance of credits")),
    (Permission.WALLET_SPEND, Text(zh="使用积分", en="Spend credits")),
    (Permission.WALLET_PAYOUT, Text(zh="申请结算", en="Ask to be paid out")),
    (Permission.TOKENS_MAKE, Text(zh="申请 API 令牌", en="Ask for API tokens")),
    (Permission.TOKENS_APPROVE, Text(zh="批准 API 令牌", en="Approve API tokens")),
    (Permission.FOLLOWS_EXPORT, Text(zh="导出关注名单", en="Export what is followed")),
    (Permission.COMPANY_EDIT, Text(zh="修改公司资料，提交认证", en="Edit the company, ask for verification")),
    (
        Permission.MEMBERS_MANAGE,
        Text(zh="邀请、停用、移除同事，改角色", en="Invite, suspend, remove; change roles"),
    ),
    (Permission.ACCESS_LOG_READ, Text(zh="看访问记录", en="Read the access log")),
)


def clean_role(value: str, *, field: str = "role") -> str:
    """Raises Invalid."""
    if value not in ROLES:
        raise Invalid(
            Text(
                zh="请从管理员、销售、售前、财务里选一个角色。",
                en="Please choose one of the roles admin, sales, presales and finance.",
            ),
            field=field,
        )
    return value


def matrix_rows() -> list[tuple[Text, list[bool]]]:
    """(what, whether each of ROLES may)."""
    return [(label, [one in COMPANY_ROLES[role] for role in ROLES]) for one, label in MATRIX]
