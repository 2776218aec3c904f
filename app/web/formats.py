"""How texts, numbers, dates and amounts read in each language."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from markupsafe import Markup, escape

from app.kit import clock
from app.kit.places import place_name
from app.kit.text import Language, Text

_LOCALES: Mapping[Language, str] = {"zh": "zh_Hans_CN", "en": "en_GB"}
_NO_BREAK_SPACE = "\u00a0"
_DATE = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?)")
_UNITS = ((1440, "天", "day"), (60, "小时", "hour"), (1, "分钟", "minute"))  # in minutes
_EN_DASH = "\u2013"


def _in_chinese(text: Text | None) -> str:
    return "" if text is None else text.zh


def _in_english(text: Text | None) -> str:
    return "" if text is None else text.en


def number(value: float) -> str:
    """Grouped by thousands; both languages use the comma."""
    return f"{value:,}"


def percent(language: Language, share: float) -> str:
    """A share in 0..1 as whole percent, never 0 or 100 for what is merely very unlikely or very likely."""
    whole = min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)
    return f"{whole}%" if language == "en" else f"{whole}{_NO_BREAK_SPACE}%"


def day(language: Language, value: date | datetime, *, approximate: bool = False) -> Markup:
    """A calendar day as a <time> element; `approximate` shows the year alone."""
    plain = value.date() if isinstance(value, datetime) else value
    if approximate:
        shown = f"{plain.year}{_NO_BREAK_SPACE}年前后" if language == "zh" else f"about {plain.year}"
        return Markup('<time datetime="{}">{}</time>').format(plain.year, shown)
    shown = format_date(plain, format="long", locale=_LOCALES[language])
    return Markup('<time datetime="{}">{}</time>').format(plain.isoformat(), escape(shown))


def moment(value: datetime) -> Markup:
    """A point in time to the minute, as a <time> element: China's clock in both languages."""
    shown = value.astimezone(clock.CHINA)
    return Markup('<time class="phrase" datetime="{}">{}</time>').format(
        shown.isoformat(timespec="minutes"), f"{shown:%Y-%m-%d}{_NO_BREAK_SPACE}{shown:%H:%M}"
    )


def duration(language: Language, length: timedelta) -> str:
    """How long, in its largest unit: days, hours or minutes."""
    minutes = int(length.total_seconds() // 60)
    size, zh, en = next(unit for unit in _UNITS if minutes >= unit[0] or unit is _UNITS[-1])
    count = minutes // size
    unit = zh if language == "zh" else f"{en}s" if count != 1 else en
    return f"{count}{_NO_BREAK_SPACE}{unit}"


def budget(language: Language, low: int, high: int) -> str:
    """A band of whole yuan: 万元 or 亿元 in Chinese, CNY in English."""
    if language == "zh":
        divisor, unit = (10**8, "亿元") if low >= 10**8 else (10**4, "万元")
        return f"{_short(low / divisor)}{_EN_DASH}{_short(high / divisor)}{_NO_BREAK_SPACE}{unit}"
    if high >= 10**6:
        band = f"{_short(low / 10**6)}{_EN_DASH}{_short(high / 10**6)}"
        return f"CNY{_NO_BREAK_SPACE}{band}{_NO_BREAK_SPACE}million"
    return f"CNY{_NO_BREAK_SPACE}{low:,}{_EN_DASH}{high:,}"


def amount(language: Language, yuan: int) -> str:
    """A sum of whole yuan, shortened to what a reader keeps in mind."""
    if language == "zh":
        divisor, unit = (10**8, "亿元") if yuan >= 10**8 else (10**4, "万元") if yuan >= 10**4 else (1, "元")
        return f"{_short(yuan / divisor)}{_NO_BREAK_SPACE}{unit}"
    if yuan >= 10**6:
        return f"CNY{_NO_BREAK_SPACE}{_short(yuan / 10**6)}{_NO_BREAK_SPACE}million"
    return f"CNY{_NO_BREAK_SPACE}{yuan:,}"


def _short(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def highlight(name: str, offsets: tuple[tuple[int, int], ...]) -> Markup:
    """`name` with the (start, end) parts that matched marked."""
    pieces, position = [], 0
    for start, end in offsets:
        pieces += [escape(name[position:start]), "<mark>", escape(name[start:end]), "</mark>"]
        position = end
    return Markup("".join([*pieces, escape(name[position:])]))  # noqa: S704  # every part is escaped


def unbroken_dates(text: str) -> Markup:
    """`text` with its dates kept on one line: a browser may end a line at their hyphens."""
    pieces = _DATE.split(text)
    return Markup("").join(
        Markup('<span class="phrase">{}</span>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def filters(language: Language) -> Mapping[str, Callable[..., Any]]:
    """The filters of one language, by the name templates use."""
    return {
        # Without a step in between: a page has hundreds of texts.
        "t": _in_english if language == "en" else _in_chinese,
        "number": number,
        "percent": lambda share: percent(language, share),
        "day": lambda value, approximate=False: day(language, value, approximate=approximate),
        "moment": moment,
        "duration": lambda length: duration(language, length),
        "is_ahead": lambda value: value > clock.today(),
        "budget": lambda low, high: budget(language, low, high),
        "amount": lambda yuan: amount(language, yuan),
        "place": lambda name: place_name(name).in_language(language),
        "highlight": highlight,
        "unbroken_dates": unbroken_dates,
    }
