"""Which column of a file is which of ours: by our names, by the words people use, or as they say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.features.registry.import_problems import FileRefused
from app.features.registry.tables.rows import MAX_COLUMNS

SEARCHED_ROWS = 20  # a header may stand below a title, but not further down
IGNORE = "-"  # mapped to it, a field takes no column
_SHOWN = 40
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：\s]|必填|选填")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The fields an import knows, those it cannot do without, and other words for them."""

    fields: tuple[str, ...]
    required: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """`fields` by position in the row, None where a column is not read; `headings` as the file has them.

    `is_foreign`: the file does not use our own names, so its values may not be our codes either.
    """

    row: int
    headings: tuple[str, ...]
    fields: tuple[str | None, ...]
    is_foreign: bool

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(
            heading
            for heading, field in zip(self.headings, self.fields, strict=True)
            if field is None and heading
        )

    def heading_of(self, field: str) -> str | None:
        """What the file calls it."""
        found = (heading for heading, name in zip(self.headings, self.fields, strict=True) if name == field)
        return next(found, None)


def layout_of(
    first_rows: Sequence[tuple[int, list[str]]], accepted: Accepted, mapping: Mapping[str, str]
) -> Layout:
    """Of the first row that can be the header. Raises FileRefused."""
    if not first_rows:
        raise FileRefused(f"文件为空；{_list(accepted, 'zh')}", f"The file is empty; {_list(accepted, 'en')}")
    _check_mapping(mapping, accepted)
    for number, cells in first_rows[:SEARCHED_ROWS]:
        headings = tuple(cell.strip() for cell in cells)
        positions = _positions(headings, accepted, mapping)
        if all(positions.get(field) for field in accepted.required):
            return _layout(number, headings, positions, accepted)
    raise _no_header(first_rows[0][1], accepted, mapping)


def _check_mapping(mapping: Mapping[str, str], accepted: Accepted) -> None:
    unknown = next((field for field in mapping if field not in accepted.fields), None)
    if unknown is not None:
        raise FileRefused(
            f"映射中的字段“{unknown[:_SHOWN]}”不存在；{_list(accepted, 'zh')}",
            f'The mapping names the unknown field "{unknown[:_SHOWN]}"; {_list(accepted, "en")}',
        )


def _positions(
    headings: Sequence[str], accepted: Accepted, mapping: Mapping[str, str]
) -> dict[str, list[int]]:
    """Where each field could stand. What is mapped by hand takes no other column."""
    words = {_plain(word): field for field, some in accepted.words.items() for word in some}
    words |= {field: field for field in accepted.fields}
    wanted = {_plain(heading): field for field, heading in mapping.items() if heading != IGNORE}
    found: dict[str, list[int]] = {}
    for position, heading in enumerate(headings):
        plain = _plain(heading)
        field = wanted.get(plain) or words.get(plain)
        if field is None or (field in mapping and wanted.get(plain) != field):
            continue
        found.setdefault(field, []).append(position)
    return found


def _plain(heading: str) -> str:
    """单位名称（必填）* and 单位名称 are one heading."""
    folded = unicodedata.normalize("NFKC", heading).casefold().strip()
    return _REMARK.sub("", folded) or folded


def _layout(
    number: int, headings: tuple[str, ...], positions: Mapping[str, list[int]], accepted: Accepted
) -> Layout:
    if len(headings) > MAX_COLUMNS:
        raise FileRefused(
            f"超过 {MAX_COLUMNS} 列上限，请只保留需要的列",
            f"More than {MAX_COLUMNS} columns; keep only those that are needed",
        )
    twice = next(((field, where) for field, where in positions.items() if len(where) > 1), None)
    if twice is not None:
        field, (first, second, *_) = twice
        one, other = headings[first][:_SHOWN], headings[second][:_SHOWN]
        if one == other:
            raise FileRefused(f"列“{one}”出现了两次", f'The column "{one}" stands there twice')
        raise FileRefused(
            f"列“{one}”和“{other}”都像“{field}”；请用 --map {field}={one} 指明",
            f'The columns "{one}" and "{other}" both read as {field}; say which: --map {field}={one}',
        )
    fields: list[str | None] = [None] * len(headings)
    for field, (position,) in positions.items():
        fields[position] = field
    own = all(heading == field for heading, field in zip(headings, fields, strict=True) if field is not None)
    return Layout(number, headings, tuple(fields), is_foreign=not own)


def _no_header(first: Sequence[str], accepted: Accepted, mapping: Mapping[str, str]) -> FileRefused:
    missing = accepted.required[0]
    shown = ", ".join(cell.strip()[:_SHOWN] for cell in first if cell.strip())[:300]
    wanted = mapping.get(missing)
    if wanted is not None:
        return FileRefused(
            f"前 {SEARCHED_ROWS} 行里没有名为“{wanted[:_SHOWN]}”的列；第一行是：{shown}",
            f'No column "{wanted[:_SHOWN]}" in the first {SEARCHED_ROWS} rows; the first row has: {shown}',
        )
    return FileRefused(
        f"缺少必需的列 {missing}；第一行是：{shown}；可用 --map {missing}=列名 指明；{_list(accepted, 'zh')}",
        f"The column {missing} is missing; the first row has: {shown}; name it with --map {missing}=HEADING; "
        f"{_list(accepted, 'en')}",
    )


def _list(accepted: Accepted, language: str) -> str:
    return (
        ("可用的列：" + "、".join(accepted.fields))
        if language == "zh"
        else ("accepted columns: " + ", ".join(accepted.fields))
    )
