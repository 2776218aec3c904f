"""Turns what the shapes refuse into sentences for whoever edits the pack, in both languages."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.features.knowledge.errors import PackProblem
from app.kit.text import Text

_WORDING = {
    "missing": Text(zh="缺少字段", en="missing key"),
    "extra_forbidden": Text(zh="未知字段", en="unknown key"),
    "string_type": Text(zh="应为文本", en="must be text"),
    "int_type": Text(zh="应为整数", en="must be a whole number"),
    "float_type": Text(zh="应为数字", en="must be a number"),
    "bool_type": Text(zh="应为 true 或 false", en="must be true or false"),
    "list_type": Text(zh="应为列表", en="must be a list"),
    "dict_type": Text(zh="应为键值结构", en="must be a mapping"),
    "model_type": Text(zh="应为键值结构", en="must be a mapping"),
    "none_required": Text(zh="应为空（null）", en="must be null"),
    "finite_number": Text(zh="应为有限数", en="must be a finite number"),
    "literal_error": Text(zh="只能是 {expected}", en="must be {expected}"),
    "greater_than": Text(zh="应大于 {gt}", en="must be greater than {gt}"),
    "greater_than_equal": Text(zh="不得小于 {ge}", en="must not be below {ge}"),
    "less_than_equal": Text(zh="不得大于 {le}", en="must not be above {le}"),
    "too_short": Text(
        zh="至少 {min_length} 项，现有 {actual_length} 项",
        en="needs {min_length} entries, has {actual_length}",
    ),
    "too_long": Text(
        zh="至多 {max_length} 项，现有 {actual_length} 项",
        en="takes {max_length} entries, has {actual_length}",
    ),
    "string_too_long": Text(zh="超过 {max_length} 个字符", en="longer than {max_length} characters"),
    "string_pattern_mismatch": Text(
        zh="格式不符（为空、首尾有空白，或含不允许的字符）",
        en="badly formed (empty, blank at an end, or with characters not allowed)",
    ),
    "bad_regex": Text(zh="正则表达式有误：{detail}", en="bad regular expression: {detail}"),
    "bad_phrase": Text(zh="短语有误：{detail}", en="bad phrase: {detail}"),
    "bad_date": Text(zh="日期应为 YYYY-MM-DD，现为 {detail}", en="date must be YYYY-MM-DD, is {detail}"),
}
_SHOWN_CHARACTERS = 60


def refusals(error: ValidationError, *, file: str, entry: str) -> list[PackProblem]:
    """One problem for each field refused; `entry` names the row the error is about, if any."""
    return [
        PackProblem(file, _place(entry, detail), _reason(detail))
        for detail in error.errors(include_url=False)
    ]


def _place(entry: str, detail: ErrorDetails) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    return f"{entry}{path}".removeprefix(".")


def _reason(detail: ErrorDetails) -> Text:
    context: dict[str, Any] = detail.get("ctx") or {}
    wording = _WORDING.get(detail["type"], Text(zh=detail["msg"], en=detail["msg"]))
    if wording.zh != detail["msg"]:
        wording = Text(zh=wording.zh.format_map(context), en=wording.en.format_map(context))
    value = detail["input"]
    if isinstance(value, str | int | float) and detail["type"] not in {"extra_forbidden", "bad_date"}:
        shown = repr(value)[:_SHOWN_CHARACTERS]
        wording = Text(zh=f"{wording.zh}：{shown}", en=f"{wording.en}: {shown}")
    return wording
