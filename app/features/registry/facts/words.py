"""What readers call the codes of a fact."""

from collections.abc import Mapping

from app.kit.text import Text

KINDS: Mapping[str, Text] = {
    "intention": Text(zh="采购意向", en="Purchase intention"),
    "tender": Text(zh="采购公告", en="Tender"),
    "award": Text(zh="成交结果", en="Award"),
    "policy_list": Text(zh="政策名单", en="Policy list"),
    "news": Text(zh="新闻报道", en="News"),
}
ROLES: Mapping[str, Text] = {
    "buyer": Text(zh="采购人", en="buyer"),
    "end_user": Text(zh="最终用户", en="end user"),
}
AMOUNT_KINDS: Mapping[str, Text] = {
    "budget": Text(zh="预算", en="budget"),
    "award": Text(zh="成交", en="awarded"),
}
NOTICE_KINDS: Mapping[str, Text] = {
    "intention": Text(zh="采购意向", en="Purchase intention"),
    "tender": Text(zh="采购公告", en="Tender"),
    "change": Text(zh="变更公告", en="Change"),
    "award": Text(zh="成交结果", en="Award"),
    "contract": Text(zh="合同公告", en="Contract"),
    "other": Text(zh="其他公告", en="Other notice"),
}
FAILED = Text(zh="流标、废标或终止", en="Failed or called off")
