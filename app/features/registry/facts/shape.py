"""How a file of notices is laid out: which heading holds what, and how dates and amounts are written.

One shape is built in; a mapping file (docs/notices.md) describes any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading.strict_yaml import read_yaml
from app.features.registry.facts.amounts import UNITS
from app.features.registry.import_problems import FileRefused

FIELDS = (
    "title",
    "published_on",
    "source",
    "buyer",
    "kind",
    "category",
    "content",
    "province",
    "city",
    "budget",
    "award",
    "site",
    "url",
)
NEEDED = ("title", "published_on", "source")
UTF_8 = "utf-8-sig"  # with or without a byte order mark
_KEYS = ("columns", "constants", "date_format", "amount_unit", "encoding", "delimiter")


@dataclass(frozen=True, slots=True)
class NoticeShape:
    """`columns` names the heading of each of FIELDS, `constants` what is the same in every row."""

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None  # of strptime; without it year first, in any usual writing
    amount_unit: str = "yuan"  # of amounts that name none
    encoding: str = UTF_8
    delimiter: str = ","


GIVEN_SHAPE = NoticeShape(
    columns={
        "source": "source",
        "published_on": "publish_date",
        "buyer": "buyer",
        "province": "province",
        "city": "city",
        "title": "title",
        "kind": "notice_type",
        "category": "category_raw",
        "content": "content",
        "budget": "budget_raw",
        "award": "award_yuan",
        "site": "site",
    }
)


class MappingRefused(FileRefused):
    """The mapping file cannot be used; the sentence says which key, and what it may be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"映射文件：{zh}", f"Mapping file: {en}")


def load_shape(path: Path) -> NoticeShape:
    """The shape that a mapping file describes. Raises MappingRefused."""
    problems: list[PackProblem] = []
    given = read_yaml(path, name=path.name, problems=problems)
    if problems:
        first = problems[0]
        raise MappingRefused(f"{first.entry} {first.reason.zh}", f"{first.entry} {first.reason.en}")
    if not isinstance(given, dict):
        raise MappingRefused("须为键值对", "it must be keys with values")
    _refuse_unknown(given, _KEYS, "")
    columns = _texts(given, "columns")
    constants = _texts(given, "constants")
    _refuse_unknown(columns, FIELDS, "columns.")
    _refuse_unknown(constants, FIELDS, "constants.")
    for name in NEEDED:
        if name not in columns and name not in constants:
            raise MappingRefused(
                f"缺少 {name}：请在 columns 写明列名，或在 constants 写明固定值",
                f"{name} is missing: name its column under columns, or its value under constants",
            )
    both = sorted(columns.keys() & constants.keys())
    if both:
        raise MappingRefused(
            f"{both[0]} 同时出现在 columns 和 constants", f"{both[0]} stands under columns and constants"
        )
    options = {name: _text(given[name], name) for name in _KEYS[2:] if name in given}
    _check_options(options)
    if options.get("encoding", "").lower() in ("utf-8", "utf8"):
        options["encoding"] = UTF_8
    return NoticeShape(columns=columns, constants=constants, **options)


def _refuse_unknown(given: Mapping[str, Any], accepted: tuple[str, ...], prefix: str) -> None:
    unknown = next((name for name in given if name not in accepted), None)
    if unknown is not None:
        listed = ", ".join(accepted)
        raise MappingRefused(
            f"不认识的键 {prefix}{unknown[:40]}；可用：{listed}",
            f"unknown key {prefix}{unknown[:40]}; accepted: {listed}",
        )


def _texts(given: Mapping[str, Any], name: str) -> dict[str, str]:
    value = given.get(name, {})
    if not isinstance(value, dict):
        raise MappingRefused(f"{name} 须为键值对", f"{name} must be keys with values")
    return {key: _text(one, f"{name}.{key}") for key, one in value.items()}


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip("\n "):
        raise MappingRefused(f"{name} 须为非空文本（可加引号）", f"{name} must be text (quote it)")
    return value


def _check_options(options: Mapping[str, str]) -> None:
    unit = options.get("amount_unit")
    if unit is not None and unit not in UNITS:
        raise MappingRefused("amount_unit 只能是 yuan 或 wan", "amount_unit must be yuan or wan")
    if len(options.get("delimiter", ",")) != 1:
        raise MappingRefused("delimiter 须为一个字符", "delimiter must be one character")
    try:
        "".encode(options.get("encoding", UTF_8))
    except LookupError as error:
        raise MappingRefused(
            "不认识的 encoding；常用：utf-8、gb18030、utf-16",
            "unknown encoding; usual ones: utf-8, gb18030, utf-16",
        ) from error
    form = options.get("date_format", "%Y-%m-%d")
    if not all(part in form for part in ("%Y", "%m", "%d")) or not _formats_dates(form):
        raise MappingRefused(
            "date_format 须含 %Y、%m 和 %d，如 %d/%m/%Y",
            "date_format needs %Y, %m and %d, such as %d/%m/%Y",
        )


def _formats_dates(form: str) -> bool:
    try:
        return bool(date(2025, 3, 31).strftime(form))
    except ValueError:
        return False
