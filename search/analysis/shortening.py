"""How people shorten the names of institutions, as rules for names and queries alike.

A squeezed form is a meeting point, not a spelling: 红河哈尼族彝族自治州卫生健康委员会 and 红河州卫健委
both become 红河卫健. Rules create candidates only; a curated short form outranks them.
"""

import re
from functools import lru_cache

from search.analysis.gazetteer import gazetteer, short_forms
from search.analysis.regions import leading_ends

_NUMERALS = "零一二三四五六七八九"
_RULES: tuple[tuple[str, str], ...] = (
    (r"^国家税务总局(?=.+税务局)|^(?:中国共产党|中共)(?=..)", ""),
    (r"卫生健康(?:委员会|局)|卫健[委局]|卫生健康委|卫计委", "卫健"),
    (r"发展(?:和|与)?改革(?:委员会|委|局)|发改[委局]", "发改"),
    (r"人力资源(?:和|与)?社会保障[局厅]|人社[局厅]", "人社"),
    (r"市场监督管理[局委]|市场监管局|市监局", "市监"),
    (r"住房(?:和|与)?城乡建设(?:委员会|[局厅委])|住建[局厅委]", "住建"),
    (
        r"文化(?:体育)?(?:广播?电视?)?(?:新闻出版)?(?:和|与)?(?:体育)?旅游(?:体育)?[局厅]|文(?:广|体)*旅[局厅]",
        "文旅",
    ),
    (r"教育(?:和)?体育局|教体局|教育科技局|教科局", "教育局"),
    (r"工业(?:和|与)?信息化(?:委员会|[局厅])|工信[局厅委]", "工信"),
    (r"国有资产监督管理(?:委员会|局)|国资[委局]", "国资"),
    (r"城市管理(?:综合|行政)*(?:执法)?局|综合行政执法局|城管执法局", "城管局"),
    (r"大数据(?:发展|服务|资源)*(?:管理)?[局中]心?", "大数据"),
    (r"生态环境[局厅]|环境保护[局厅]|环保[局厅]", "环境局"),
    (r"自然资源(?:和|与)?(?:规划)?[局厅]|国土资源[局厅]|自规局", "资源局"),
    (r"农业农村(?:委员会|[局厅])|农业[局委]", "农业局"),
    (r"交通运输(?:委员会|[局厅委])|交通[局委厅]", "交通局"),
    (r"应急管理[局厅]|应急[局厅]", "应急局"),
    (r"医疗保障[局]|医保局", "医保局"),
    (r"科学技术[局厅]|科技[局厅]", "科技局"),
    (r"退役军人(?:事务)?[局厅]", "退役军人局"),
    (r"民族宗教事务(?:委员会|局)|民宗[局委]", "民宗"),
    (r"住房公积金(?:管理)?(?:中心)?", "公积金"),
    (r"疾病预防控制中心|疾控中心", "疾控"),
    (r"妇幼保健(?:计划生育服务中心|服务中心|医院|院)|妇幼(?:医院)?", "妇幼"),
    (r"人民检察院", "检察院"),
    (r"中级人民法院", "中院"),
    (r"高级人民法院", "高院"),
    (r"人民法院", "法院"),
    (r"人民政府(?:办公室|办公厅)|政府办(?:公室|公厅)?", "府办"),
    (r"人民政府", "政府"),
    (r"街道办事处|街道办", "街道"),
    (
        r"第?([一二三四五六七八九十]+)(?:附属)(?:人民)?医院|附属第?([一二三四五六七八九十]+)(?:人民)?医院",
        r"\1\2附院",
    ),
    (r"附属医院", "附院"),
    (r"第?([一二三四五六七八九十]+)(?:人民)?医院", r"\1院"),
    (r"中医(?:医院|院)", "中医院"),
    (r"人民医院|人医", "医院"),
    (r"第?([一二三四五六七八九十]+)(?:高级|初级)?中学校?", r"\1中"),
    (r"第?([一二三四五六七八九十]+)(?:完全)?小学校?", r"\1小"),
    (r"实验(?=[中小]学)", "实"),
    (r"外国语(?=学校|[中小]学)", "外"),
    (r"(?:高级|初级|完全)?中学校?", "中学"),
    (r"师范(?:大学|学院)", "师大"),
    (r"科学技术大学|科技大学", "科大"),
    (r"(理工|医科|邮电|航空航天|外国语|政法)(?:大学|学院)", r"\1"),
    (r"(工|农|财|林|交|民|体|海|矿|油|药)(?:业|经|通|族|育|洋|科|油)(?:大学|学院)", r"\1大"),
    (r"职业技术(?:学院|大学)|职业(?:学院|大学)|职业技术师范学院", "职院"),
    (r"高等专科学校", "高专"),
    (r"广播电视大学", "电大"),
    (r"农村商业银行|农商银行", "农商行"),
    (r"农村信用(?:合作)?(?:联合)?(?:联?社)|信用联社", "农信社"),
    (r"广播电视台|广播电视总台", "电视台"),
)
_COMPILED = tuple((re.compile(pattern), short) for pattern, short in _RULES)
_DIGITS = re.compile(r"(?<!\d)\d{1,2}(?=(?:人民)?医院|院|中|小|完?小学|中学|附|号)")
_TAILS = {
    "师范": "师大", "理工": "理工", "科技": "科大", "科学技术": "科大", "工业": "工大", "农业": "农大",
    "财经": "财大", "医科": "医大", "交通": "交大", "林业": "林大", "民族": "民大", "政法": "法大",
    "体育": "体大", "海洋": "海大", "邮电": "邮", "外国语": "外", "航空航天": "航", "工商": "工商",
    "中医药": "中医", "药科": "药大", "传媒": "传", "语言": "语", "戏剧": "戏", "戏曲": "戏",
    "电影": "影", "美术": "美", "音乐": "音", "舞蹈": "舞", "经济贸易": "经贸",
}  # fmt: skip
_LAST = {"理工": "工"}  # 昆工, where others take the first character of the subject
_SUBJECTS = "|".join(_TAILS)
_UNIVERSITY = re.compile(rf"(.{{2,5}}?)(?:({_SUBJECTS})(?:大学|学院)|大学)(.*)")


def squeezed(nosuf: str) -> tuple[str, ...]:
    """Meeting-point forms of a folded name without legal form: with all its regions, with the finest."""
    stripped = _COMPILED[0][0].sub("", nosuf)
    ends = leading_ends(stripped)
    rest = _squeeze(stripped[ends[-1] :] if ends else stripped)
    if not ends:
        return (rest,)
    starts = (0, *ends[:-1])
    bases = [_base(stripped[start:end]) for start, end in zip(starts, ends, strict=True)]
    return tuple(dict.fromkeys(("".join(bases) + rest, bases[-1] + rest)))


def abbreviations(nosuf: str) -> tuple[str, ...]:
    """Rule-made abbreviations: 北京师范大学 -> 北师大, 北京大学 -> 北大, 复旦大学附属中山医院 -> 中山医院."""
    found = _UNIVERSITY.fullmatch(nosuf)
    if not found:
        return ()
    place, subject, rest = found.groups()
    heads = _heads(place, subject)
    short = _squeeze(rest)
    made = [head + tail for head in heads for tail in dict.fromkeys((short, rest))]
    hospital = rest.removeprefix("附属")
    if (
        hospital.endswith("医院")
        and len(hospital) >= 4
        and not leading_ends(hospital)
        and hospital[0] not in "第医"
    ):
        made += [hospital, _squeeze(hospital)]
    return tuple(dict.fromkeys(made))


def _heads(place: str, subject: str | None) -> list[str]:
    if subject:
        made = [
            place[0] + _TAILS[subject],
            place + _TAILS[subject],
            place[0] + _LAST.get(subject, subject[0]),
        ]
    else:
        made = [place[0] + "大", place]
    return [
        head for head in dict.fromkeys(made) if not leading_ends(head) or len(head) > 2
    ]  # 上海 stays a city


def _base(form: str) -> str:
    readings = gazetteer().readings(form)
    forms = short_forms(readings[0].region) if readings else ()
    return min((*forms, form), key=len)


@lru_cache(4096)  # thousands of bodies share 教育局 or 人民政府
def _squeeze(text: str) -> str:
    text = _DIGITS.sub(lambda found: _in_words(int(found.group())), text)
    for pattern, short in _COMPILED:
        text = pattern.sub(short, text)
    return text


def _in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
