"""The parts of an organisation's name: what identifies it, and what is only legal form, place or branch."""

import re
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.normalise import normalise
from search.analysis.regions import RegionMatch, leading_ends, match_regions

# Grows with every change that alters what is indexed; an index of another version is stale.
ANALYSIS_VERSION = 3

_PARTNERSHIP = r"(?:合伙企业)?(?:特殊普通合伙|普通合伙|有限合伙)|合伙企业"
_LEGAL = re.compile(
    rf"(?:(?:控股)?(?:集团)?(?:控股)?(?:股份)?(?:有限责任|有限|责任)?总?公司|{_PARTNERSHIP}|控股集团|集团控股|集团|股份)$"
)
_LEGAL_FORM_ONLY = re.compile(r"(?:股份)?(?:有限责任|有限|责任)?公司$")
_LEGAL_INSIDE = re.compile(r"(?:控股)?(?:集团)?(?:股份)?(?:有限责任|有限)公司(?=.)|(?:股份|集团)公司(?=.)")
_OFFICE = r"(?:分公司|分行|支行|营业部|营业厅|分理处|办事处)"
_BRANCH_TAIL = re.compile(rf".{_OFFICE}$")
_COMPANY_BRANCH = re.compile(rf".*(?:公司|银行|证券|保险|信用社|集团|商行)(.{{2,14}}{_OFFICE})$")
_PARENT = r"(?:医院|大学|学院|中学|小学|学校|中心|保健院)"
_SITE = re.compile(rf".*{_PARENT}(.{{1,8}}(?:院区|校区|分院|分校|分部|分中心))$")
# What is left of 北京大学 without its region names nobody.
_NAMELESS = re.compile(
    r"(?:师范|医|工|商)?(?:大学|学院)|医院|(?:农商)?银行|[中小]?学校?|公司|集团|机场|地铁|卫视|电视台|日报社?|晚报|政府"
    r"|党校|博物馆|图书馆|[一二三四五]中|海关|证券|信托|移动|联通|电信|铁路|电力|航空|控股|股份|师范|师大"
)


@dataclass(frozen=True, slots=True)
class NameForms:
    """Folded forms of one name.

    `nosuf` is without the legal form (…股份有限公司), `core` also without regions; `cores` holds every
    shortening on the way there. `branch` is the part behind the parent organisation (北京分行, 东院区);
    it stays in `nosuf`.
    """

    norm: str
    nosuf: str
    core: str
    cores: tuple[str, ...]
    regions: tuple[RegionMatch, ...]
    branch: str


@lru_cache(maxsize=64)  # an import asks for each name twice, from two rooms
def analyse(name: str) -> NameForms:
    """Any string is safe; nothing is stripped below two characters."""
    norm = normalise(name)
    nosuf = without_legal_form(norm)
    regions = match_regions(name)
    cores = tuple(dict.fromkeys([*_without_bracketed(name, regions), *_without_leading(nosuf)]))
    core = min(cores, key=len) if cores else nosuf
    return NameForms(norm, nosuf, core, cores, regions, branch_of(norm))


def without_legal_form(folded: str) -> str:
    """The folded name without …有限公司 and its like, at the end or before a branch (…公司北京分行)."""
    has_branch = _BRANCH_TAIL.search(folded)
    short = _LEGAL_INSIDE.sub("", folded, count=1) if has_branch else _LEGAL.sub("", folded)
    if len(short) < 2 or len(short) in leading_ends(short):  # of 广州控股有限公司 more than 广州 must stay
        short = _LEGAL_FORM_ONLY.sub("", folded)
    return short if len(short) >= 2 else folded


def branch_of(folded: str) -> str:
    """The branch or site behind its parent (北京分行, 东院区), or an empty string."""
    found = _COMPANY_BRANCH.search(folded) or _SITE.search(folded)
    return found.group(1) if found else ""


def _without_leading(nosuf: str) -> list[str]:
    rests = [nosuf[end:] for end in leading_ends(nosuf)]
    return [rest for rest in rests if _identifies(rest)]


def _without_bracketed(name: str, regions: tuple[RegionMatch, ...]) -> list[str]:
    """华兴(苏州)科技有限公司 is also 华兴科技."""
    rest = name
    for match in reversed(regions):
        if (
            match.start
            and name[match.start - 1] in "(（[【"
            and name[match.end : match.end + 1] in (")", "）", "]", "】")
        ):
            rest = rest[: match.start] + rest[match.end :]
    if rest == name:
        return []
    nosuf = without_legal_form(normalise(rest))
    return [short for short in [nosuf, *_without_leading(nosuf)] if _identifies(short)]


def _identifies(rest: str) -> bool:
    return len(rest) >= 2 and not _NAMELESS.fullmatch(rest)
