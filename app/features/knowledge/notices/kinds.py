"""What stage of a purchase a notice announces."""

import re

from app.features.knowledge.notices.phrases import folded
from app.features.knowledge.notices.values import NoticeKind

_LONGEST = 600
_BY_TITLE: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    ("change", re.compile(r"更正|变更|澄清|补充公告|补充文件|补遗|延期|答疑|补充通知|更改公告")),
    (
        "other",
        re.compile(
            r"废标|流标|失败|终止|中止|作废|取消(?:采购|招标|项目)?(?:的?公告|公示|通知)|验收|履约|投诉|暂停"
        ),
    ),
    (
        "contract",
        re.compile(r"(?:采购|政府采购|初始|框架|项目)?合同(?:公告|公示|信息|备案)?(?:\W*$|公告|公示)|合同公"),
    ),
    ("award", re.compile(r"中标|成交|结果公[告示]|结果的?公[告示]|候选人|中选|入围结果|采购结果|比选结果")),
    (
        "intention",
        re.compile(
            r"采购意向|意见征[求集询]|征[求集询].{0,200}意见|意见的?公[告示]|需求公示|采购需求|预公告|预公示|预告|"
            r"调研|咨询会|咨询公告|论证|推介|推荐日|事前公示|拟采用单一来源|单一来源.{0,8}公示"
        ),
    ),
    ("tender", re.compile(r"招标|询比|磋商|谈判|询价|比选|竞价|遴选|直接采购|单一来源|采购公告|议标|邀请")),
)
_BY_TYPE: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    ("change", re.compile(r"变更|更正|澄清|答疑")),
    ("other", re.compile(r"废标|流标|终止|验收|失败")),
    ("intention", re.compile(r"意见|意向|预|需求|论证|调研")),
    ("award", re.compile(r"中标|成交|结果|候选")),
    ("contract", re.compile(r"合同")),
    ("tender", re.compile(r"招标|询比|竞谈|询价|竞价|比选|磋商|谈判|单一|采购")),
)

_FAILURE = re.compile(r"废标|流标|失败|终止|作废|取消(?:采购|招标|项目)?(?:的?公告|公示|通知)")
_STATED_FAILURE = re.compile(r"废标|流标|终止|失败")
_AWARDED = re.compile(r"中标|成交|候选人|中选|入围结果")


def notice_kind(title: str, stated_type: str = "") -> NoticeKind:
    """Told by the words of the title, then by what the source says; a change of an award is a change."""
    text = folded(title[:_LONGEST])
    stated = folded(stated_type[:_LONGEST])
    for kind, pattern in _BY_TITLE:
        if pattern.search(text):
            is_bare_result = kind == "award" and not _AWARDED.search(text)
            return "other" if is_bare_result and _STATED_FAILURE.search(stated) else kind
    return next((kind for kind, pattern in _BY_TYPE if pattern.search(stated)), "other")


def is_failure(kind: str, title: str) -> bool:
    """Whether a notice of this kind says that the purchase came to nothing: it failed or was called off."""
    return kind == "other" and _FAILURE.search(folded(title[:_LONGEST])) is not None
