"""What scopes are called on pages."""

from collections.abc import Mapping

from app.kit.text import Text

SCOPE_WORDS: Mapping[str, Text] = {
    "company": Text(zh="读公司资料和成员名单", en="read the company's profile and members"),
    "follows": Text(zh="读写我关注的客户", en="read and change what I follow"),
    "wallet": Text(zh="读公司积分和流水", en="read the company's credits and statement"),
}
