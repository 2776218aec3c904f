"""Which notices are of one project: announcement, change, second call, award and contract share a key.

The key is a digest of the owner and of what is left of the title without the words of stages, calls,
agents and numbers. Years, phases and lots stay, as they keep projects apart.
"""

import hashlib
import re

from app.features.knowledge.notices.parties import parties_in
from app.features.knowledge.notices.phrases import folded
from app.features.knowledge.notices.values import NoticeText

_LONGEST = 600
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_PROVINCE = re.compile(r"(?:[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,5}自治区)(?=[\u4e00-\u9fff]{2,4}[市县])")
# 福建移动, 中国移动福建公司 and 中国移动通信集团福建有限公司 are one: the carrier and its place.
_CARRIER = re.compile(
    r"中国(?P<a>移动|电信|联通|铁塔)(?:通信集团|通信)?(?:股份有限公司)?(?P<b>(?!分公司)[\u4e00-\u9fff]{2,3}?)"
    r"(?:省|市)?(?:有限公司|公司|分公司)|(?P<c>福建|江西|浙江)(?P<d>移动|电信|联通|铁塔)(?=征集|公司)"
)
_CARRIER_BRAND = re.compile(r"移动|电信|联通|铁塔")
_BRANCH = re.compile(r"(?:省|市)?(?:有限公司|分公司|公司)")
_AGENT = re.compile(
    r"^(?:\d{1,4}年\d{1,2}月\d{1,2}日)?(?:[(\[【][^)\]】]{1,12}[)\]】])?"
    r"(?:[^,。]{4,40}(?:公司|交易中心|分中心|事务所|事业发展中心|采购中心)关于|关于)"
)
_SQUARE = re.compile(r"[\[【]([^\[\]【】]*)[\]】]")
_KEPT_IN_SQUARE = re.compile(r"标包|标段|标项|包|期|批|院区|\d{4}年")
_NUMBER = re.compile(
    r"(?:项目|采购|招标|标|合同)?(?:编号|备案号)[:为]?[a-z0-9\-/]+|"
    r"(?<![a-z0-9])(?=[a-z0-9\-]*\d{4})(?=[a-z0-9\-]*[a-z\-])[a-z0-9][a-z0-9\-]{7,}(?:重\d)?|\((?:\d{1,2}|重)\)"
)
_LOT = re.compile(
    r"(?:第)?(?:标包|标段|标项|包组|分包|包|标)第?(?P<after>[0-9a-z]{1,2}|[一二三四五六七八九十])(?![0-9a-z次])|"
    r"第?(?P<before>[0-9a-z]{1,2}|[一二三四五六七八九十])号?(?:标包|标段|标项|包组|包)"
)
_CALL = (
    r"第?[1-9一二三四五六七八九十两n]{1,2}次|第[1-9一二三四五六七八九]轮|"
    r"重新(?:招标|询比|采购|公告|发包)?|重[1-9一二三]"
)
_YEAR = re.compile(r"(\d{4})年度?|(?<=\d)度")
_STAGE = re.compile(
    _CALL + r"|技术规范书?|技术(?:评分表|打分表|评审表|评审项|评审规则|评分办法)|"
    r"技术文件|评分(?:标准|办法|表)|相关文件|文件|"
    r"意见|征集|征询|征求|关于|公开|竞争性|国内公开|国际|电子化|直接采购|单一来源|事前|采购信息|采购需求|需求|"
    r"采购方案|招标|询比|询价|比选|竞价|磋商|谈判|遴选|议标|院内|政府采购|采购|初始|合同|中标|成交|结果|候选供应商|"
    r"候选人|候选|入围|更正|变更|澄清|补充|延期|答疑|失败|废标|流标|终止|中止|公告|公示|预告|预公告|邀请书?|通知书?|通知|"
    r"意向|市场调研|调研|咨询会|论证|验收|履约|招投标|竞谈|评审|评标|开标记录|信息的?公|报名|项目|和|及|以及|与|等|的|之|预|书|"
    r"\W|_"
)
_LEAST_REPEATED = 4  # characters


def project_key(title: str, buyer: str = "") -> str:
    """32 hex digits; lots, phases and years keep projects apart, stages and calls do not."""
    title, buyer = title[:_LONGEST], buyer[:_LONGEST]
    parties = parties_in(NoticeText(title, buyer=buyer))
    owner = _bare(parties.end_user or parties.buyer or buyer)
    text = f"{_owner_of(owner)}\n{_stem(folded(title), owner)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _bare(name: str) -> str:
    return re.sub(r"\W", "", _PROVINCE.sub("", folded(name)))


def _owner_of(owner: str) -> str:
    """A carrier's name is in its titles too, often fuller: its brand is enough."""
    brand = _CARRIER_BRAND.search(owner) if "中国" in owner else None
    return brand[0] if brand else owner


def _stem(title: str, owner: str) -> str:
    text = _NUMBER.sub("", _PROVINCE.sub("", title))
    lots = sorted({_lot_number(match) for match in _LOT.finditer(text)})
    text = _SQUARE.sub(lambda m: m[1] if _KEPT_IN_SQUARE.search(m[1]) else "", _LOT.sub("", text))
    text = _CARRIER.sub(_carrier_and_place, _AGENT.sub("", text))
    if owner and not _CARRIER_BRAND.search(owner):
        text = text.replace(owner, "")
    text = _BRANCH.sub("", _YEAR.sub(lambda m: m[1] or "", text))
    bare = _STAGE.sub("", text)
    half = len(bare) // 2
    if half >= _LEAST_REPEATED and bare[:half] == bare[half:]:  # sites repeat the name of the project
        bare = bare[:half]
    return "|".join([bare or re.sub(r"\W", "", title), *lots])


def _carrier_and_place(match: re.Match[str]) -> str:
    return f"{match['a'] or match['d']}{match['b'] or match['c']}"


def _lot_number(match: re.Match[str]) -> str:
    return (match["after"] or match["before"]).translate(_NUMERALS).lstrip("0") or "0"
