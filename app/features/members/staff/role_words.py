"""The roles of staff, in words: what each is called and what it opens."""

from collections.abc import Iterable, Mapping

from app.kit.text import Text

ROLE_NAMES: Mapping[str, Text] = {
    "moderator": Text("审核员", "Moderator"),
    "finance": Text("财务", "Finance"),
    "programme": Text("伙伴计划经理", "Programme manager"),
    "support": Text("客服", "Support"),
    "platform_admin": Text("平台管理员", "Platform admin"),
}
ROLE_DUTIES: Mapping[str, Text] = {
    "moderator": Text(
        "认证公司、处理更正与异议；可申请应急查看",
        "verifies companies, decides reports; may ask to break glass",
    ),
    "finance": Text("账目与结算，只见金额和编号", "books and payouts: amounts and ids alone"),
    "programme": Text("伙伴计划", "the partner programme"),
    "support": Text("帮助找回账号，不见内容", "helps accounts back in, never sees their content"),
    "platform_admin": Text(
        "角色、审计、运行；看不到客户数据", "roles, audit, operation; sees no customer data"
    ),
}


def named(roles: Iterable[str]) -> Text:
    """Several roles in one text."""
    known = [ROLE_NAMES[role] for role in roles if role in ROLE_NAMES]
    return Text("、".join(one.zh for one in known), ", ".join(one.en for one in known))
