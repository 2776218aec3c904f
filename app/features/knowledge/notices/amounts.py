"""Amounts of money as notices write them."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

LARGEST = 10**12  # yuan; above it the text is no amount of one purchase
_LONGEST = 200
_UNITS = {"": 1, "元": 1, "万": 10**4, "万元": 10**4, "亿": 10**8, "亿元": 10**8}
_NUMBER = re.compile(
    r"(?<![\d.,a-z])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d.,]*\d)"
    r"\s*(?P<unit>亿元|亿|万元|万|元)?(?P<after>\s*[%‰a-z折台套个年月日期人]?)"
)
_ANY_NUMBER = re.compile(r"\d[\d.,]*")
_MINUS = re.compile(r"[-−–—负]\s*(?:人民币|cny|rmb|[¥$￥])?\s*$")


def amount_in(text: str) -> int | None:
    """The one amount the text states, in whole yuan; None where it states none, several or nonsense."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).lower()
    if len(text) > _LONGEST or len(_ANY_NUMBER.findall(folded)) != 1:
        return None
    match = _NUMBER.search(folded)
    if match is None or match["after"].strip() or _MINUS.search(folded[: match.start()]):
        return None
    exact = Decimal(match["number"].replace(",", "")) * _UNITS[match["unit"] or ""]
    yuan = int(exact.to_integral_value(ROUND_HALF_UP)) if exact <= LARGEST else 0
    return yuan if yuan > 0 else None
