"""From one record of text to one valid notice, or the list of what is wrong with it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from app.features.registry.facts.amounts import amount_of
from app.features.registry.facts.models import BUYER_LENGTH, SITE_LENGTH, TITLE_LENGTH, URL_LENGTH
from app.features.registry.facts.notice_file import Record
from app.features.registry.facts.shape import NoticeShape
from app.features.registry.import_problems import Problem
from app.features.registry.models import REGION_LENGTH, SOURCE_LENGTH
from app.kit.text import Text
from search.analysis.regions import match_regions, provinces

FIRST_YEAR = 2000
MAX_AHEAD = timedelta(days=2)  # it may be later elsewhere, or a clock be wrong
MAX_WORD = 80
_REFUSING = {"title": TITLE_LENGTH, "buyer": BUYER_LENGTH, "source": SOURCE_LENGTH}
_SPARED = {
    "site": SITE_LENGTH,
    "url": URL_LENGTH,
    "kind": MAX_WORD,
    "category": MAX_WORD,
    "province": REGION_LENGTH,
    "city": REGION_LENGTH,
}  # a fault in these costs the field, not the notice
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d.*)?|(\d{4})(\d\d)(\d\d)")
_TITLE_LIKE = re.compile(r"(?:公告|公示|招标|采购项目|项目|结果)$")
_REPLACEMENT = "\ufffd"
_NATIONWIDE = ("全国", "中国", "")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One row of the file, valid and trimmed; empty strings where it says nothing."""

    number: int
    source: str
    title: str
    buyer: str
    published_on: date
    kind: str  # as the source words it
    category: str
    content: str  # read for its needs, never stored
    province: str  # full name
    city: str
    amount: int | None  # whole yuan
    amount_kind: str | None
    site: str
    url: str


def parse_notice(
    number: int, record: Record | None, shape: NoticeShape, *, today: date
) -> tuple[NoticeRow | None, list[Problem]]:
    """The notice, unless a problem refuses it."""
    if record is None:
        wrong = Text(zh="字段数与表头不一致", en="the number of fields differs from the header's")
        return None, [Problem(number, "row", wrong)]
    given = {field: tidy(value) for field, value in record.items()}
    problems = [Problem(number, field, reason) for field, reason in _faults(given)]
    published_on = _published_on(given.get("published_on", ""), shape, today)
    if isinstance(published_on, Text):
        return None, [*problems, Problem(number, "published_on", published_on)]
    if problems:
        return None, problems
    noted = list(_spare(number, given))
    noted += _settle_region(number, given)
    amount, amount_kind = _amount(number, given, shape, noted)
    return (
        NoticeRow(
            number=number,
            source=given["source"],
            title=given["title"],
            buyer=given.get("buyer", ""),
            published_on=published_on,
            kind=given.get("kind", ""),
            category=given.get("category", ""),
            content=given.get("content", ""),
            province=given.get("province", ""),
            city=given.get("city", ""),
            amount=amount,
            amount_kind=amount_kind,
            site=given.get("site", ""),
            url=given.get("url", ""),
        ),
        noted,
    )


def tidy(value: str) -> str:
    """On one line, without the invisible characters that come with text from web pages."""
    if value.isascii() and value.isprintable():
        return value.strip()
    if not value.isprintable():
        value = "".join(_visible(character) for character in value)
    return " ".join(unicodedata.normalize("NFC", value).split())


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else character


def _faults(given: Record) -> Iterable[tuple[str, Text]]:
    for field, value in given.items():
        limit = _REFUSING.get(field)
        if limit and len(value) > limit:
            yield field, _too_long(limit, len(value))
        elif limit and (odd := _odd_character(value)):
            yield field, odd
    for field, label in (("title", "标题"), ("source", "来源")):
        if not given.get(field):
            yield field, Text(zh=f"缺少{label}", en=f"the {field} is empty")
    title, buyer = given.get("title", ""), given.get("buyer", "")
    if title and sum(character.isalpha() for character in title) < 2:
        yield "title", Text(zh="不是公告标题", en="it is no title of a notice")
    if len(buyer) > 10 and _TITLE_LIKE.search(buyer):
        yield (
            "buyer",
            Text(zh="像是公告标题，不是单位名称", en="it looks like a title, not like an organisation"),
        )


def _too_long(limit: int, length: int) -> Text:
    return Text(zh=f"最多 {limit} 个字符，实际 {length} 个", en=f"at most {limit} characters, has {length}")


def _odd_character(value: str) -> Text | None:
    if value.isprintable() and _REPLACEMENT not in value:
        return None
    for character in value:
        if character == _REPLACEMENT or not (character.isprintable() or character == " "):
            code = f"U+{ord(character):04X}"
            return Text(
                zh=f"含有不允许的控制字符或损坏字符 {code}",
                en=f"contains {code}, a control or broken character",
            )
    return None


def _published_on(text: str, shape: NoticeShape, today: date) -> date | Text:
    found = _day(text, shape.date_format)
    if found is None:
        return Text(zh=f"“{text[:30]}”不是日期", en=f'"{text[:30]}" is no date')
    if found.year < FIRST_YEAR:
        return Text(
            zh=f"年份早于 {FIRST_YEAR}：{text[:30]}", en=f"the year is before {FIRST_YEAR}: {text[:30]}"
        )
    if found > today + MAX_AHEAD:
        return Text(
            zh=f"公告不会在未来发布：最多晚于今天 {MAX_AHEAD.days} 天，实际 {text[:30]}",
            en=f"no notice is published in the future: at most {MAX_AHEAD.days} days ahead, is {text[:30]}",
        )
    return found


@lru_cache(4_096)  # thousands of notices share a day
def _day(text: str, form: str | None) -> date | None:
    try:
        if form is not None:
            return datetime.strptime(text, form).date()
        found = _YEAR_FIRST.fullmatch(text)
        return date(*(int(part) for part in found.groups() if part is not None)) if found else None
    except ValueError:
        return None


def _spare(number: int, given: Record) -> Iterable[Problem]:
    """Empties the lesser fields that cannot be kept."""
    for field, limit in _SPARED.items():
        value = given.get(field, "")
        reason = _too_long(limit, len(value)) if len(value) > limit else _odd_character(value)
        if field == "url" and value and reason is None and not value.startswith(("https://", "http://")):
            reason = Text(zh="不是网址", en="it is no web address")
        if reason is not None:
            given[field] = ""
            yield _spared(number, field, reason)


def _spared(number: int, field: str, reason: Text, *, misplaced: bool = False) -> Problem:
    told = Text(zh=f"{reason.zh}；该字段留空", en=f"{reason.en}; the field is left empty")
    return Problem(number, field, told, refuses=False, misplaced=misplaced)


def _settle_region(number: int, given: Record) -> Iterable[Problem]:
    """The province by its full name; what is no province decides nothing and is left out."""
    stated = given.get("province", "")
    if stated in provinces():
        return
    given["province"] = _province_of(stated) if stated not in _NATIONWIDE else ""
    if stated not in _NATIONWIDE and not given["province"]:
        reason = Text(zh=f"“{stated[:20]}”不是省级行政区", en=f'"{stated[:20]}" is no province')
        yield _spared(number, "province", reason, misplaced=True)


@lru_cache(1_024)
def _province_of(text: str) -> str:
    found = match_regions(text)
    is_whole = len(found) == 1 and not found[0].alternatives and found[0].end == len(text)
    return found[0].region.province if is_whole else ""


def _amount(
    number: int, given: Record, shape: NoticeShape, noted: list[Problem]
) -> tuple[int | None, str | None]:
    """What was paid before what was planned."""
    for field in ("award", "budget"):
        found = amount_of(given.get(field, ""), unit=shape.amount_unit)
        if isinstance(found, Text):
            noted.append(_spared(number, field, found))
        elif found is not None:
            return found, field
    return None, None
