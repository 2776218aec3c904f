"""Amounts as columns of a file hold them: bare numbers in a known unit, or as notices write them. Pure."""

import re
import unicodedata

from app.features.knowledge.notices import amount_in
from app.kit.text import Text

LEAST_WITHOUT_UNIT = 1_000  # a bare 119 is a rate, a discount or counted in 万元
UNITS = {"yuan": "元", "wan": "万元"}
_BARE = re.compile(r"[¥$]?[\d,]*(?:\.\d+)?")
_NEGATIVE = re.compile(r"[¥$]?[-−–负]\s*[¥$]?\d")
_NOTHING = re.compile(r"[-/\\—无0.元]*")


def amount_of(cell: str, *, unit: str) -> int | Text | None:
    """Whole yuan, None for nothing stated, or why it is left out; `unit` is that of bare numbers."""
    text = unicodedata.normalize("NFKC", cell).replace(" ", "")
    shown = cell[:30]
    if _NOTHING.fullmatch(text):
        return None
    if _NEGATIVE.match(text):
        return Text(zh=f"金额为负：{shown}", en=f"the amount is negative: {shown}")
    is_bare = _BARE.fullmatch(text) is not None
    yuan = amount_in(text + UNITS[unit] if is_bare else text)
    if yuan is None:
        return Text(zh=f"“{shown}”不是一个金额", en=f'"{shown}" is no one amount')
    if is_bare and unit == "yuan" and yuan < LEAST_WITHOUT_UNIT:
        return Text(
            zh=f"不足 {LEAST_WITHOUT_UNIT:,} 元又没有写明单位：{shown}",
            en=f"below CNY {LEAST_WITHOUT_UNIT:,} and without a unit: {shown}",
        )
    return yuan
