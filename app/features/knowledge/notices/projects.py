"""Which notices are of one project: announcement, change, second call, award and contract share a key."""

import hashlib
import re

from app.features.knowledge.notices.phrases import folded

_LONGEST = 600
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_CALL = r"第?[1-9一二三四五六七八九十两n]{1,2}次|第[1-9一二三四五六七八九]轮|重新|重[1-9一二三](?!大)"
_OPENING = re.compile(
    r"^(?:[(\[【][^)\]】]{1,12}[)\]】]|[^,。]{4,40}(?:公司|中心|事务所)关于|关于|征集|征询|征求)+"
)
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_KEPT_IN_BRACKETS = re.compile(r"标包|标段|标项|包|期|批|院区|\d{4}年|版|部分")
_NUMBER_OF_PROJECT = re.compile(
    r"(?:项目|采购|招标|标|合同)?(?:编号|备案号)[::]?[a-z0-9\-/]+|(?<![a-z0-9])(?=[a-z0-9\-]*\d{4})(?=[a-z0-9\-]*[a-z\-])"
    r"[a-z0-9][a-z0-9\-]{7,}(?:重\d)?"
)
_LOT = re.compile(
    r"(?:第)?(标包|标段|标项|包组|分包|包|标)第?([0-9a-z]{1,2}|[一二三四五六七八九十])(?![0-9a-z])|"
    r"第?([0-9a-z]{1,2}|[一二三四五六七八九十])(?:号)?(标包|标段|标项|包组|包)"
)
_STAGE = re.compile(
    _CALL + r"|技术规范书?|技术(?:评分表|打分表|评审表|评审项|评分办法)|技术文件|评分(?:标准|办法|表)|"
    r"相关文件|文件|"
    r"意见|征集|征询|征求|关于|公开|竞争性|国内|国际|电子化|直接采购|单一来源|事前|信息|采购需求|需求|"
    r"招标|询比|询价|比选|竞价|磋商|谈判|遴选|议标|院内|政府采购|采购|初始|合同|中标|成交|结果|候选人|候选|入围|"
    r"更正|变更|澄清|补充|延期|答疑|失败|废标|流标|终止|中止|公告|公示|预告|预公告|邀请书?|通知书?|通知|"
    r"意向|调研|市场|咨询会?|论证|验收|履约|招投标|竞谈|方案|项目|内容|和|及|以及|与|等|的|之|预|书|"
    r"\W|_"
)


def project_key(title: str, buyer: str = "") -> str:
    """32 hex digits; lots, phases and years keep projects apart, stages and calls do not."""
    owner = re.sub(r"\W", "", folded(buyer[:_LONGEST]))
    text = f"{owner}\n{_stem(folded(title[:_LONGEST]), owner)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _stem(title: str, owner: str) -> str:
    text = _NUMBER_OF_PROJECT.sub("", title)
    lots = sorted({_lot_number(match) for match in _LOT.finditer(text)})
    text = _LOT.sub("", text)
    text = _BRACKETS.sub(lambda match: match[1] if _KEPT_IN_BRACKETS.search(match[1]) else "", text)
    text = _OPENING.sub("", text)
    bare = _STAGE.sub("", text.replace(owner, "") if owner else text)
    half = len(bare) // 2
    if half > 3 and bare[:half] == bare[half:]:  # sites repeat the name of the project
        bare = bare[:half]
    return "|".join([bare or re.sub(r"\W", "", title), *lots])


def _lot_number(match: re.Match[str]) -> str:
    return (match[2] or match[3]).translate(_NUMERALS).lstrip("0") or "0"
