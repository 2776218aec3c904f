"""A profile as it was typed, to clean values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.features.members.companies.profile.words import Vocabulary
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

ABOUT_LENGTH = 500
LINE_LENGTH = 60
MOST_LINES = 20
LABELS: Mapping[str, Text] = {
    "types": Text(zh="公司类型", en="Type"),
    "size": Text(zh="规模", en="Size"),
    "regions": Text(zh="服务地区", en="Regions"),
    "verticals": Text(zh="服务行业", en="Industries"),
    "qualifications": Text(zh="资质", en="Qualifications"),
    "product_lines": Text(zh="产品线", en="Product lines"),
    "about": Text(zh="公司简介", en="About"),
}
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
_SEPARATORS = re.compile(r"[\n、，,;；]")


@dataclass(frozen=True, slots=True)
class Profile:
    """Codes of the vocabularies, and words of the company's own."""

    types: tuple[str, ...] = ()
    size: str = ""
    regions: tuple[str, ...] = ()
    verticals: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()
    about: str = ""

    def stored(self) -> dict[str, Any]:
        fields = asdict(self).items()
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Profile":
        """Fields that are missing are empty, as those of a new company all are."""
        given: dict[str, Any] = {name: stored[name] for name in cls.__slots__ if name in stored}
        lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        return cls(**(given | lists))


def clean_profile(given: Mapping[str, Any], words: Vocabulary) -> Profile:
    """`given`: lists of codes, lists of lines or text with separators, and text. Raises Invalid."""
    size = str(given.get("size") or "")
    return Profile(
        types=_codes("types", given, words.types),
        size=_codes("size", {"size": [size] if size else []}, words.sizes)[0] if size else "",
        regions=_codes("regions", given, words.regions),
        verticals=_codes("verticals", given, words.verticals),
        qualifications=_lines("qualifications", given),
        product_lines=_lines("product_lines", given),
        about=_text("about", _BREAKS.sub(" ", str(given.get("about") or "")), ABOUT_LENGTH),
    )


def _codes(field: str, given: Mapping[str, Any], known: Mapping[str, Text]) -> tuple[str, ...]:
    """In the order of the vocabulary, each once."""
    chosen: Sequence[str] = given.get(field) or ()
    if any(code not in known for code in chosen):
        label = LABELS[field]
        raise Invalid(
            Text(zh=f"“{label.zh}”里有不认识的选项。", en=f"“{label.en}” holds an unknown choice."),
            field=field,
        )
    return tuple(code for code in known if code in set(chosen))


def _lines(field: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    raw = given.get(field) or ()
    parts = _SEPARATORS.split(raw.replace("\r", "\n")) if isinstance(raw, str) else list(raw)
    lines = tuple(dict.fromkeys(line for part in parts if (line := _text(field, part, LINE_LENGTH))))
    if len(lines) > MOST_LINES:
        label = LABELS[field]
        raise Invalid(
            Text(
                zh=f"“{label.zh}”最多 {MOST_LINES} 项，收到 {len(lines)} 项。",
                en=f"“{label.en}” may have at most {MOST_LINES} entries; {len(lines)} were sent.",
            ),
            field=field,
        )
    return lines


def _text(field: str, value: str, limit: int) -> str:
    return clean_text(value, field=field, label=LABELS[field], max_length=limit)
