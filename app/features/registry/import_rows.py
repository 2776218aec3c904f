"""From one record of text to one valid row, or the list of what is wrong with it. Pure."""

import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Literal

from app.features.registry.cut_names import badly_cut
from app.features.registry.import_file import Record
from app.features.registry.import_problems import Problem, shortened
from app.features.registry.models import (
    ALIAS_LENGTH,
    CODE_LENGTH,
    NAME_LENGTH,
    REGION_LENGTH,
    SCALE_LENGTH,
    SOURCE_LENGTH,
)
from app.kit.text import Text
from search.analysis.regions import cities_of, districts_of, match_regions, provinces

MAX_SHORT_NAMES = 20
MAX_SOURCES = 20
MAX_WORDS = 80
_LIMITS = {
    "name": NAME_LENGTH,
    "short_names": MAX_SHORT_NAMES * (ALIAS_LENGTH + 1),
    "industry": CODE_LENGTH,
    "sub_industry": MAX_WORDS,
    "province": REGION_LENGTH,
    "city": REGION_LENGTH,
    "district": REGION_LENGTH,
    "level": MAX_WORDS,
    "source": MAX_SOURCES * (SOURCE_LENGTH + 1),
    "industry_basis": CODE_LENGTH,
    "name_basis": CODE_LENGTH,
    "region_basis": CODE_LENGTH,
    "code": CODE_LENGTH,
    "scale": SCALE_LENGTH,
}
_CHOICES = {
    "industry_basis": ("", "source", "inferred"),
    "name_basis": ("", "observed", "curated", "derived"),
    "region_basis": ("", "source", "inferred"),
}
# A fault in these costs the field, not the organisation.
_SPARED = frozenset({"short_names", "sub_industry", "level", "code", "scale"})
# Control, format (zero-width, bidirectional), surrogate, private-use and unassigned characters.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_REPLACEMENT = "\ufffd"
_LONGEST_PLACE = 12
_PLACE_ENDINGS = ("市", "州", "盟", "地区", "县", "区", "旗")

_CORRECT = Text(zh="改正该值或留空", en="correct the value or leave it empty")
_WHOLE_ROW = Text(zh="检查该行的分隔符和引号", en="check the separators and quotes of this row")
WAYS_OUT = {
    "name": Text(zh="填写单位全称", en="give the full name of the organisation"),
    "industry": Text(zh="改用行业代码或留空", en="use a code of an industry or leave it empty"),
    "province": Text(zh="写全称，如“云南省”", en="give the full name, such as 云南省"),
    "city": Text(zh="写该省内城市的全称", en="give the full name of a city of that province"),
}

Provenance = Literal["observed", "curated", "derived"]


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One row of the file, valid and trimmed; empty strings where it says nothing."""

    number: int
    name: str
    short_names: tuple[str, ...]
    industry: str
    sub_industry: str
    level: str
    province: str
    city: str
    district: str
    sources: tuple[str, ...]
    provenance: Provenance
    industry_is_inferred: bool
    region_is_inferred: bool
    code: str
    scale: str


def parse_row(
    number: int, record: Record | None, *, industries: Set[str]
) -> tuple[OrganisationRow | None, list[Problem]]:
    """The row, unless a problem refuses it; `industries` are the codes of the catalogue."""
    if record is None:
        wrong = Text(zh="字段数与表头不一致", en="the number of fields differs from the header's")
        return None, [Problem(number, "row", wrong, way_out=_WHOLE_ROW)]
    given = {field: _tidy(value) for field, value in record.items()}
    problems = [
        _problem(number, field, reason, given.get(field, "")) for field, reason in _faults(given, industries)
    ]
    if any(problem.refuses for problem in problems):
        return None, problems
    for problem in problems:
        given[problem.field] = ""
    return _row(number, given), problems + _doubts(number, given)


def _problem(number: int, field: str, reason: Text, value: str) -> Problem:
    shown, way_out = shortened(value), WAYS_OUT.get(field, _CORRECT)
    if field not in _SPARED:
        return Problem(number, field, reason, value=shown, way_out=way_out)
    spared = Text(zh=f"{reason.zh}；该字段留空", en=f"{reason.en}; the field is left empty")
    return Problem(number, field, spared, refuses=False, value=shown, way_out=way_out)


def _tidy(value: str) -> str:
    return unicodedata.normalize("NFC", value.strip(" \t\r\n\u3000")) if value else value


def _faults(given: Record, industries: Set[str]) -> Iterable[tuple[str, Text]]:
    for field, value in given.items():
        if not value:
            continue
        if len(value) > _LIMITS[field]:
            yield (
                field,
                Text(
                    zh=f"最多 {_LIMITS[field]} 个字符，实际 {len(value)} 个",
                    en=f"at most {_LIMITS[field]} characters, has {len(value)}",
                ),
            )
        elif (not value.isprintable() or _REPLACEMENT in value) and (odd := _odd_character(value)):
            yield field, odd
    yield from _name_faults(given.get("name", ""), industries)
    if cut := badly_cut(given):
        yield "name", cut
    yield from _choice_faults(given, industries)
    yield from _list_faults(given)


def _odd_character(value: str) -> Text | None:
    for character in value:
        if character == _REPLACEMENT or unicodedata.category(character) in _REFUSED_CATEGORIES:
            code = f"U+{ord(character):04X}"
            return Text(
                zh=f"含有不允许的不可见或损坏字符 {code}",
                en=f"contains {code}, an invisible or broken character",
            )
    return None


def _name_faults(name: str, industries: Set[str]) -> Iterable[tuple[str, Text]]:
    if sum(character.isalnum() for character in name) < 2:
        yield "name", Text(zh="名称至少要有两个字", en="a name needs two letters or characters")
    elif name in industries or name in _CHOICES["name_basis"] or _is_a_place(name):
        yield (
            "name",
            Text(
                zh=f"“{name}”是其他列的内容，不是单位名称",
                en=f'"{name}" belongs into another column: it is no name of an organisation',
            ),
        )
    elif name.isascii() and not any(character.isalpha() for character in name):
        yield "name", Text(zh="名称不能只有数字和符号", en="a name cannot be digits and signs alone")


def _is_a_place(name: str) -> bool:
    if name in provinces():
        return True
    return len(name) <= _LONGEST_PLACE and name.endswith(_PLACE_ENDINGS) and _may_be_all_place(name)


def _choice_faults(given: Record, industries: Set[str]) -> Iterable[tuple[str, Text]]:
    industry, province = given.get("industry", ""), given.get("province", "")
    if industry and industry not in industries:
        accepted = ", ".join(sorted(industries))
        yield (
            "industry",
            Text(zh=f"不认识的行业代码；可用：{accepted}", en=f"unknown industry code; accepted: {accepted}"),
        )
    if province and province not in provinces():
        yield (
            "province",
            Text(
                zh="不是省级行政区的全称（如“云南省”）", en="not the full name of a province (such as 云南省)"
            ),
        )
    for field, choices in _CHOICES.items():
        if given.get(field, "") not in choices:
            listed = ", ".join(filter(None, choices))
            yield field, Text(zh=f"只能是 {listed} 或留空", en=f"must be {listed} or empty")


def _list_faults(given: Record) -> Iterable[tuple[str, Text]]:
    for field, separator, most, longest in (
        ("short_names", "|", MAX_SHORT_NAMES, ALIAS_LENGTH),
        ("source", ";", MAX_SOURCES, SOURCE_LENGTH),
    ):
        parts = _split(given.get(field, ""), separator)
        if len(parts) > most or any(len(part) > longest for part in parts):
            yield (
                field,
                Text(
                    zh=f"最多 {most} 项，每项最多 {longest} 个字符",
                    en=f"at most {most} entries of at most {longest} characters",
                ),
            )


def _doubts(number: int, given: Record) -> list[Problem]:
    province, city = given.get("province", ""), given.get("city", "")
    if not province or not city or city in cities_of(province) or city in districts_of(province, ""):
        return []
    reason = Text(
        zh=f"{province}没有名为“{city}”的市，已按原文保存",
        en=f"{city} is no known city of {province}; kept as given",
    )
    return [
        Problem(
            number,
            "city",
            reason,
            refuses=False,
            misplaced=not _may_be_a_place(city),
            value=shortened(city),
            way_out=WAYS_OUT["city"],
        )
    ]


def _may_be_a_place(text: str) -> bool:
    """A city in short, an old one or one of another province: not a grade, an industry or a name."""
    return text.endswith(_PLACE_ENDINGS) or _may_be_all_place(text)


def _may_be_all_place(text: str) -> bool:
    return any(found.start == 0 and found.end == len(text) for found in match_regions(text))


def _row(number: int, given: Record) -> OrganisationRow:
    name = given["name"]
    short_names = dict.fromkeys(_split(given.get("short_names", ""), "|"))
    short_names.pop(name, None)
    basis = given.get("name_basis", "")
    return OrganisationRow(
        number=number,
        name=name,
        short_names=tuple(short_names),
        industry=given.get("industry", ""),
        sub_industry=given.get("sub_industry", ""),
        level=given.get("level", ""),
        province=given.get("province", ""),
        city=given.get("city", ""),
        district=given.get("district", ""),
        sources=tuple(dict.fromkeys(_split(given.get("source", ""), ";"))),
        provenance="derived" if basis == "derived" else "curated" if basis == "curated" else "observed",
        industry_is_inferred=given.get("industry_basis") == "inferred",
        region_is_inferred=given.get("region_basis") == "inferred",
        code=given.get("code", ""),
        scale=given.get("scale", ""),
    )


def _split(value: str, separator: str) -> list[str]:
    return [part.strip() for part in value.split(separator) if part.strip()] if value else []
