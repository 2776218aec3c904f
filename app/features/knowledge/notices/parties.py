"""Who buys, and for whom: operators, banks and agencies often buy for a customer named in the title."""

import re
import unicodedata

from app.features.knowledge.notices.named import (
    attached_body,
    is_agency,
    is_of_hospital,
    names_beside,
    names_within,
)
from app.features.knowledge.notices.values import NoticeText, Parties
from search.analysis.regions import match_regions

_LONGEST = 300
_CARRIER = (
    r"中国(?:移动|电信|联通|铁塔)|移动通信集团|铁塔(?:能源|智联)|电信信息产业|公众信息产业|金华信产|中移|联通"
)
_GO_BETWEEN = re.compile(
    rf"{_CARRIER}|银行|信用社|招标|招投标|咨询|项目管理|工程管理|建设工程|建筑工程|建设集团|建工|代理|监理|采购中心|"
    r"采购服务|公共资源|交易中心|交易集团|机电设备|投资|置业|开发建设|商务有限|评估|造价|(?:卫生健康|卫健|教育|财政|计划生育)(?:局|委)|机关事务"
)
# Resold: customers hidden behind 某 or initials, and what carriers only ever provide for others.
_UNNAMED = re.compile(
    r"某|[Xx×*]{2,}|客户(?:单位)?(?:校区|校园)|ICT(?![A-Za-z])|雪亮工程|平安乡村|"
    r"行业(?:监控|监测|重型云台|水文|水质|红外|办公用房)|"
    r"(?:电信|联通|移动)(?!IT|AI|OSS|IDC|CDN|CRM|ERP|LED|MAS|PON|UPS|VPN)[A-Z]{2,6}(?=[\u4e00-\u9fff])"
)
_OPERATOR_NAME = (
    r"(?:中国移动|中国电信|中国联通|中国铁塔|铁塔能源|铁塔智联技术|中移[建设系统集成铁通()江西福建浙江]{0,8}|"
    r"[福建江西浙]{2}(?:移动|电信|联通|铁塔)|江西电信信息产业|浙江省公众信息产业)"
    r"(?:通信集团)?(?:终端)?(?:(?:福建|江西|浙江)(?:省)?)?(?:股份)?(?:有限公司|公司)?"
)
_BARE_CARRIER = re.compile(r"中国(?:移动|电信|联通|铁塔)")  # titles go on with the name of the branch
_BEFORE_CUSTOMER = re.compile(
    rf"^(?:关于|再次|招标信息|(?=[a-zA-Z0-9-]*\d{4})[a-zA-Z0-9-]{(8,)}(?!年)|征[集求询]|\[[^\]]*\]|【[^】]*】|{_OPERATOR_NAME}|"
    r"[\u4e00-\u9fff]{2,8}(?:分公司|公司)(?!关于)|[\u4e00-\u9fff()]{4,30}(?:有限公司|中心|事务所|局|委员会)关于|"
    r"[\u4e00-\u9fff()]{4,24}(?:招标|咨询|管理|代理)(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司|"
    r"\d{4}(?:年(?:度)?)?(?:\d{1,2}月)?(?:(?:至|-|—|到)\d{4}年?(?:度)?)?(?:\d{1,2}月)?(?:\([^)]*\))?|第[一二三四五六七八九十\d]+[批期次]|的)"
)
_BANK = re.compile(
    r"[\u4e00-\u9fff]{2,8}?银行(?:股份有限公司)?(?:[\u4e00-\u9fff]{2,6}?(?:分行|支行))?(?=[\u4e00-\u9fff])"
)
_END = re.compile(
    r"卫生院|医院|分院|疾控中心|疾病预防控制中心|妇幼保健院|保健院|卫生服务中心|大学|学院(?!路)|学校|中学|(?<!中)小学|幼儿园|职校|一中(?!学)|"
    r"法院|检察院|委员会|委宣传部|人民政府|管委会|街道办事处|"
    r"有限责任公司|股份有限公司|有限公司|集团|农商行|农商银行|信用社|博物馆|图书馆|文化馆|医养中心|福利院|监狱|"
    r"(?:公安|教育|财政|卫生健康|民政|人社|人力资源和社会保障|自然资源|生态环境|住建|交通运输|水利|农业农村|应急管理|审计|"
    r"市场监督管理|统计|医疗保障|医保|数据|大数据发展管理|大数据管理|信访|林业|城管|综合行政执法|税务|气象|地震|体育|商务|司法|文旅|民宗)(?:分)?局"
)
_NOT_IN_NAMES = re.compile(
    r"采购|系统|项目|服务|改造|平台|设备|维保|维护|运维|智能化|数字化|信息化|智慧|工程|施工|第三方|合作|改扩建|"
    r"[\d年、,，;；]|及|所属|等|与|数字|互联网|业务部|中小学|全省|全市|我院|关于|DICT|数据安全|区域|小微"
)
_GOVERNMENT_NETWORK = re.compile(
    r"^((?:(?!局)[\u4e00-\u9fff]){1,6}?[县市区])(?:市本级|本级)?(?:电子)?政务(?:外网|备网|云|网)"
)
_SELF_EXPLAINING = re.compile(r"(?:医院|大学|学院|医养中心)$")
_KINDS = frozenset(
    {"大学", "学院", "学校", "中学", "小学", "幼儿园", "集团", "有限公司"}
)  # no name beside a place
_INSTITUTION = re.compile(r"医院|卫生院|保健院|大学|学院|学校|中学|小学")  # no part of a company
_HAN_NAME = re.compile(r"(?:[\u4e00-\u9fff]|\([\u4e00-\u9fff]+\)){4,40}")


def parties_in(notice: NoticeText) -> Parties:
    """The stated buyer, unless it buys for a customer the title hides; the end user where the title tells."""
    buyer = _stated(notice.buyer)
    title = unicodedata.normalize("NFKC", notice.title[:_LONGEST]).replace(" ", "")
    is_company = buyer is not None and buyer.endswith("公司")
    if buyer is not None and not is_company and not _GO_BETWEEN.search(buyer):
        return _of_its_own(title, buyer)
    customer = _customer_in(title, buyer)
    if is_company and not _GO_BETWEEN.search(buyer or "") and not _INSTITUTION.search(customer or ""):
        return Parties(buyer, None, "stated")
    if customer is not None and customer != buyer and not re.search(_CARRIER, customer):
        if buyer is None and title.startswith(customer):
            return Parties(customer, None, "title")
        return Parties(buyer, customer, "title")
    if _UNNAMED.search(title) or (buyer is not None and is_agency(buyer)):
        return Parties(None, None, "withheld")
    return Parties(buyer, None, "stated" if buyer else "none")


def names_to_try(notice: NoticeText, parties: Parties) -> tuple[str, ...]:
    """Names in the title, the longest first: the first that is an organisation's is the end user."""
    if parties.end_user is not None and parties.buyer is not None:
        return names_within(notice.title, parties.buyer)
    stated = _stated(notice.buyer)
    if stated is None or re.search(_CARRIER, stated) or "银行" in stated:
        return ()
    if is_agency(stated) or _GO_BETWEEN.search(stated):
        return names_beside(notice.title, stated)
    return names_within(notice.title, stated)


def _of_its_own(title: str, buyer: str) -> Parties:
    """A university's hospitals and schools buy in its name, and are bodies of their own."""
    body = attached_body(title, buyer)
    if body is not None:
        return Parties(buyer, body, "title")
    if is_of_hospital(title, buyer):
        return Parties(None, None, "withheld")
    return Parties(buyer, None, "stated")


def _stated(buyer: str) -> str | None:
    name = unicodedata.normalize("NFKC", buyer[:_LONGEST]).strip()
    half = len(name) // 2
    if half >= 4 and name[:half] == name[half:]:  # sites repeat the name
        name = name[:half]
    name = re.sub(r"(?<=医院)智慧医院$", "", name)  # 智慧医院 is the project, read as a part of the name
    return None if len(name) < 3 or _UNNAMED.search(name) else name


def _customer_in(title: str, buyer: str | None) -> str | None:
    rest = _without_openings(title, buyer)
    if network := _GOVERNMENT_NETWORK.match(rest):
        return f"{network[1]}人民政府"
    for end in sorted((match.end() for match in _END.finditer(rest[:42])), reverse=True):
        name = rest[:end]
        if _HAN_NAME.fullmatch(name) and not _NOT_IN_NAMES.search(name) and not _UNNAMED.search(name):
            return name if _is_placed(name) else None
    return None


def _without_openings(title: str, buyer: str | None) -> str:
    rest = title
    while True:
        if buyer is not None and rest.startswith(buyer) and not _BARE_CARRIER.fullmatch(buyer):
            rest = rest[len(buyer) :]
        elif match := _BEFORE_CUSTOMER.match(rest) or (
            (buyer is None or "银行" in buyer) and _BANK.match(rest)
        ):
            if _is_customer(match[0]):
                return rest
            rest = rest[match.end() :]
        else:
            return rest


def _is_customer(opening: str) -> bool:
    """A company that is no operator's and no agency's may itself be the customer."""
    if len(opening) < 6 or not opening.endswith("公司") or opening.endswith("分公司"):
        return False
    return not (re.search(_CARRIER, opening) or _GO_BETWEEN.search(opening))


def _is_placed(name: str) -> bool:
    """Whether the name stands on its own: it begins with a place, or says what it is in full."""
    place = next((match for match in match_regions(name) if match.start == 0), None)
    if place is None:
        return _SELF_EXPLAINING.search(name) is not None
    return name[place.end :] not in _KINDS
