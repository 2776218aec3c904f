"""Amounts as tables write them: 1,200,000.00, ￥36万元, 48.76万元. Pure."""

import re
from decimal import Decimal

from app.features.registry.facts.shape import UNITS
from app.kit.text import Text

MOST = 10**12  # whole yuan: beyond it the unit must be wrong
LEAST_WITHOUT_UNIT = 1_000  # a bare 119 is a rate, a discount or counted in 万元
_CELL = re.compile(r"(?:人民币|CNY|RMB)?[¥￥]?(-?)(\d[\d,]*(?:\.\d+)?)(元|万元?|亿元?)?(?:整|人民币)?")
_MULTIPLES = {"元": 1, "万": 10_000, "万元": 10_000, "亿": 10**8, "亿元": 10**8}


def amount_of(cell: str, *, unit: str) -> int | Text | None:
    """Whole yuan, None for nothing stated, or why it is left out."""
    text = cell.replace(" ", "").replace("，", ",").replace("（", "").replace("）", "")
    if not text or text in ("-", "--", "/", "无", "0"):
        return None
    found = _CELL.fullmatch(text)
    if found is None:
        return Text(zh=f"“{cell[:30]}”不是金额", en=f'"{cell[:30]}" is no amount')
    minus, digits, stated = found.groups()
    if minus:
        return Text(zh=f"金额为负：{cell[:30]}", en=f"the amount is negative: {cell[:30]}")
    factor = _MULTIPLES[stated] if stated else UNITS[unit]
    yuan = int((Decimal(digits.replace(",", "")) * factor).to_integral_value())
    if yuan > MOST:
        return Text(zh=f"金额超过一万亿元：{cell[:30]}", en=f"more than CNY 10^12: {cell[:30]}")
    if not yuan:
        return None
    if stated is None and yuan < LEAST_WITHOUT_UNIT:
        return Text(
            zh=f"不足 {LEAST_WITHOUT_UNIT:,} 元又没有写明单位：{cell[:30]}",
            en=f"below CNY {LEAST_WITHOUT_UNIT:,} and without a unit: {cell[:30]}",
        )
    return yuan
