"""Names of bodies in a title that tell whose need it is more exactly than the stated buyer does.

They are only candidates: which of them is an organisation, the registry knows.
"""

import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 300
_TRIED = 24
_AGENCY = re.compile(
    r"(?:招标|招投标|采购代理|采购服务|咨询|项目管理|工程管理|代理|监理|造价|评估).*公司(?:.{0,8}分公司)?$"
)
_UNIVERSITY = re.compile(r"(?:大学|学院|大学.{0,3}校区)$")
_END = re.compile(
    r"卫生院|医院|总院|分院|保健院|中心|大学|学院(?!路)|学校|中学|(?<!中)小学|幼儿园|法院|检察院|委员会|人民政府|管委会|"
    r"有限责任公司|股份有限公司|有限公司|博物馆|图书馆|文化馆|福利院|监狱|研究所|研究院|局|支队|派出所"
)
_NO_NAME = re.compile(
    r"采购|系统|项目|服务|改造|平台|设备|维保|维护|运维|智能|数字|信息|智慧|工程|施工|建设|所属|关于|及|等|与|就其|"
    r"手术|数据|虚拟|模拟|我院|某"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{4,40}")
_START = re.compile(
    r"(?<![\u4e00-\u9fff])(?=[\u4e00-\u9fff])|(?<=关于)|(?<=公司)|(?<=委托)|(?<=代理)|(?<=受)"
)
# What stands in a university's title and is another body of its own: not the hospital for its students.
_BODY = re.compile(
    r"(?:附属|直属)?[\u4e00-\u9fff]{1,14}?(?<!校)医院|附属(?:[\u4e00-\u9fff]{0,10}?(?:医院|中学|小学|学校|幼儿园))"
)
_ATTACHED = re.compile(r"附属[\u4e00-\u9fff]{0,10}?(?:医院|中学|小学|学校|幼儿园)")
_PROJECT_AFTER = re.compile(r"实训|教学|管理(?:系统|软件)|信息(?:系统|管理)|实验|专业")
_ONLY_IN_HOSPITALS = re.compile(r"手术室|手术行为|手术麻醉|门诊|病房|病区|住院")


def is_agency(name: str) -> bool:
    """Whether by its name it buys for others: what it announces is no need of its own."""
    return _AGENCY.search(name) is not None and "设计" not in name


def attached_body(title: str, buyer: str) -> str | None:
    """The hospital or school of a university that the title names."""
    if not _UNIVERSITY.search(buyer):
        return None
    text = _plain(title)
    _, found, rest = text.partition(buyer)
    body = _BODY.match(rest) if found else None
    if body is None or _NO_NAME.search(body[0]):
        body = _ATTACHED.search(text)
    if body is None or ("附属" not in body[0] and _PROJECT_AFTER.match(body.string, body.end())):
        return None
    return f"{buyer}{body[0]}"


def is_of_hospital(title: str, buyer: str) -> bool:
    """Whether a university buys what only its hospital can need, without saying which."""
    return _UNIVERSITY.search(buyer) is not None and _ONLY_IN_HOSPITALS.search(title) is not None


def names_within(title: str, buyer: str) -> tuple[str, ...]:
    """Parts of the buyer that the title names, by their whole names, the longest first."""
    _, found, rest = _plain(title).partition(buyer)
    if not found or len(buyer) < 4:
        return ()
    tails = (rest[: match.end()] for match in _END.finditer(rest[:24]))
    return _tried(f"{buyer}{tail}" for tail in tails if not _NO_NAME.search(tail) and buyer not in tail)


def names_beside(title: str, agency: str) -> tuple[str, ...]:
    """Other names in the title than that of the agency that announces it, the longest first."""
    text = _plain(title)
    starts = [match.start() for match in _START.finditer(text)]
    names = (text[start : end.end()] for start in starts for end in _END.finditer(text, start, start + 40))
    return _tried(one for one in names if not _NO_NAME.search(one) and one != agency and not is_agency(one))


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", title[:_LONGEST]).replace(" ", "")


def _tried(names: Iterable[str]) -> tuple[str, ...]:
    whole = {one for one in names if _NAME.fullmatch(one)}
    return tuple(sorted(whole, key=lambda one: (-len(one), one))[:_TRIED])
