"""Sums of money and credits: whole minor units of one asset, and nothing that rounds by itself.

Credits count in thousandths, yuan in fen. There is no binary fraction on the way from what somebody
typed to what is stored, so what is shown is what is owed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, Self, get_args

from app.kit.errors import Invalid
from app.kit.text import Language, Text

Asset = Literal["CR", "CNY"]
ASSETS: tuple[Asset, ...] = get_args(Asset)
MAX_MINOR = 10**12  # of one movement; sums of many still fit 64 bits and a browser's numbers
BASIS_POINTS = 10_000

_DIGITS: Mapping[Asset, int] = {"CR": 3, "CNY": 2}
_NAMES: Mapping[Asset, Text] = {"CR": Text(zh="积分", en="credits"), "CNY": Text(zh="元", en="CNY")}
_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"
_MAX_TYPED = 40
# Digits, perhaps grouped by thousands, perhaps a fraction. No sign, no exponent.
_TYPED = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fraction>\d+))?", re.ASCII)
# As people write them, before or after the number: what is typed with another unit is another sum.
_UNITS: Mapping[Asset, tuple[Set[str], Set[str]]] = {
    "CR": (set(), {"积分", "點", "点", "cr", "credit", "credits"}),
    "CNY": ({"cny", "rmb", "¥"}, {"元", "cny", "rmb"}),
}
_SPLIT = re.compile(r"(?P<before>[^\d.,+-]*)(?P<number>\d(?:[\d.,]*\d)?)(?P<after>[^\d.,+-]*)", re.ASCII)


@dataclass(frozen=True, slots=True, order=False)
class Amount:
    """`minor` units of `asset`; negative where something leaves."""

    asset: Asset
    minor: int

    def __post_init__(self) -> None:
        if self.asset not in ASSETS:
            raise ValueError(f"no such asset: {self.asset!r}")
        if type(self.minor) is not int:
            raise TypeError("an amount is a whole number of minor units")

    @classmethod
    def parse(cls, typed: str, asset: Asset, *, field: str | None = None) -> Self:
        """What somebody typed: above zero, within the limit, no finer than the asset. Raises Invalid."""
        digits = _DIGITS[asset]
        plain = _without_unit(typed, asset, field) if len(typed) <= _MAX_TYPED else ""
        found = _TYPED.fullmatch(plain)
        fraction = (found["fraction"] or "").rstrip("0") if found else ""
        if found is None or len(fraction) > digits:
            raise Invalid(_not_an_amount(asset), field=field)
        minor = int(found["whole"].replace(",", "") + fraction.ljust(digits, "0"))
        return cls.within_limits(asset, minor, field=field)

    @classmethod
    def within_limits(cls, asset: Asset, minor: int, *, field: str | None = None) -> Self:
        """An amount that may be moved: above zero and within the limit. Raises Invalid."""
        if type(minor) is not int or not 1 <= minor <= MAX_MINOR:
            raise Invalid(_outside(asset), field=field)
        return cls(asset, minor)

    def refuse_unmovable(self, asset: Asset, *, field: str | None = None) -> None:
        """Raise Invalid unless this is of `asset`, above zero and within the limit."""
        if self.asset != asset:
            raise Invalid(_foreign(_NAMES[self.asset].zh, asset), field=field)
        self.within_limits(asset, self.minor, field=field)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.asset, self.minor + self._same(other))

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.asset, self.minor - self._same(other))

    def __neg__(self) -> "Amount":
        return Amount(self.asset, -self.minor)

    def __lt__(self, other: "Amount") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Amount") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def part(self, basis_points: int) -> "Amount":
        """A rate of it, rounded down: a fee never takes more than its rate."""
        return Amount(self.asset, self.minor * basis_points // BASIS_POINTS)

    def split(self, weights: Sequence[int]) -> "list[Amount]":
        """Parts by weight that add up to exactly this: largest remainder, earlier parts first."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative and one is above zero")
        parts = [self.minor * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda at: (-(self.minor * weights[at] % total), at))
        for at in by_remainder[: self.minor - sum(parts)]:
            parts[at] += 1
        return [Amount(self.asset, part) for part in parts]

    def plain(self) -> str:
        """Digits alone, for exports and forms: "-1234.5", yuan always with both decimals."""
        digits = _DIGITS[self.asset]
        whole, fraction = divmod(abs(self.minor), 10**digits)
        shown = f"{fraction:0{digits}d}"
        shown = shown if self.asset == "CNY" else shown.rstrip("0")
        return f"{'-' if self.minor < 0 else ''}{whole}{'.' if shown else ''}{shown}"

    def in_language(self, language: Language) -> str:
        """As a reader of `language` writes it, with its unit."""
        whole, dot, fraction = self.plain().removeprefix("-").partition(".")
        number = f"{_MINUS if self.minor < 0 else ''}{int(whole):,}{dot}{fraction}"
        name = _NAMES[self.asset].in_language(language)
        if self.asset == "CNY" and language == "en":
            return f"{name}{_NO_BREAK_SPACE}{number}"
        if self.asset == "CR" and language == "en" and abs(self.minor) == 10 ** _DIGITS["CR"]:
            name = name.removesuffix("s")
        return f"{number}{_NO_BREAK_SPACE}{name}"

    def as_text(self) -> Text:
        return Text(zh=self.in_language("zh"), en=self.in_language("en"))

    def _same(self, other: "Amount") -> int:
        if other.asset != self.asset:
            raise ValueError(f"{self.asset} and {other.asset} do not add up")
        return other.minor


def credits(whole: int) -> Amount:
    """A whole number of credits."""
    return Amount("CR", whole * 10 ** _DIGITS["CR"])


def asset_named(code: str, *, field: str | None = None) -> Asset:
    """One of the assets there are. Raises Invalid."""
    if code in ASSETS:
        return code
    known = ", ".join(ASSETS)
    raise Invalid(
        Text(zh=f"没有这种资产，可用：{known}。", en=f"There is no such asset; there are {known}."),
        field=field,
    )


def _without_unit(typed: str, asset: Asset, field: str | None) -> str:
    """The number alone. Raises Invalid where its unit is another asset's, or none that there is."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    split = _SPLIT.fullmatch(plain)
    if split is None:
        return plain
    before, after = split["before"].strip(), split["after"].strip()
    leading, trailing = _UNITS[asset]
    for unit, known in ((before, leading), (after, trailing)):
        if unit and unit.casefold() not in known:
            raise Invalid(_foreign(unit, asset), field=field)
    return split["number"]


def _foreign(unit: str, asset: Asset) -> Text:
    name = _NAMES[asset]
    return Text(
        zh=f"这里以{name.zh}为单位，不能写“{unit}”。请只填数字。",
        en=f"Amounts here are in {name.en}, not in “{unit}”. Give the number alone.",
    )


def _not_an_amount(asset: Asset) -> Text:
    digits, name = _DIGITS[asset], _NAMES[asset]
    example = Amount(asset, 12 * 10**digits + 5 * 10 ** (digits - 1)).plain()
    return Text(
        zh=f"请输入大于零的{name.zh}数，最多 {digits} 位小数，例如 {example}。",
        en=f"Give a number of {name.en} above zero with at most {digits} decimals, such as {example}.",
    )


def _outside(asset: Asset) -> Text:
    smallest, largest = Amount(asset, 1).as_text(), Amount(asset, MAX_MINOR).as_text()
    return Text(
        zh=f"金额须在 {smallest.zh} 与 {largest.zh} 之间。",
        en=f"The amount must be between {smallest.en} and {largest.en}.",
    )
