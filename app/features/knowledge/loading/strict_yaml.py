"""Reads one YAML file as plain values, refusing what a data file has no use for.

Built on the event stream of the C parser: depth is bounded before anything recurses (its own
composer crashes on deep nesting), and aliases never expand.
"""

from pathlib import Path
from typing import Any

import yaml

from app.features.knowledge.errors import PackProblem
from app.kit.text import Text

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}


class UnreadableError(Exception):
    """The file as a whole cannot be used."""

    def __init__(self, reason: Text, *, line: int | None = None) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.line = line


def read_yaml(path: Path, *, name: str, problems: list[PackProblem]) -> Any | None:
    """The values of the file, or None after noting under `name` what is wrong with it."""
    try:
        reader = _Reader(_text_of(path), name, problems)
        return reader.document()
    except UnreadableError as refusal:
        problems.append(PackProblem(name, f"line {refusal.line}" if refusal.line else "", refusal.reason))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        detail = getattr(error, "problem", None) or str(error)
        reason = Text(zh=f"YAML 语法错误：{detail}", en=f"YAML syntax error: {detail}")
        problems.append(PackProblem(name, f"line {mark.line + 1}" if mark else "", reason))
    return None


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            limit = MAX_BYTES // 1024 // 1024
            raise UnreadableError(Text(zh=f"文件超过 {limit} MiB", en=f"the file is larger than {limit} MiB"))
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            Text(zh=f"第 {error.start} 字节处不是 UTF-8 编码", en=f"not UTF-8 at byte {error.start}")
        ) from error
    except FileNotFoundError as error:
        raise UnreadableError(Text(zh="缺少文件", en="the file is missing")) from error
    except OSError as error:
        raise UnreadableError(Text(zh=f"无法读取：{error}", en=f"cannot be read: {error}")) from error


class _Reader:
    def __init__(self, text: str, name: str, problems: list[PackProblem]) -> None:
        self._loader = yaml.CSafeLoader(text)
        self._name = name
        self._problems = problems

    def document(self) -> Any:
        self._loader.get_event()  # stream start
        if not isinstance(self._loader.get_event(), yaml.DocumentStartEvent):
            raise UnreadableError(Text(zh="文件为空", en="the file is empty"))
        value = self._value(self._event(), depth=0)
        self._loader.get_event()  # document end
        if isinstance(self._loader.get_event(), yaml.DocumentStartEvent):
            raise UnreadableError(Text(zh="只允许一个 YAML 文档", en="only one YAML document is allowed"))
        return value

    def _event(self) -> Any:
        return self._loader.get_event()

    def _value(self, event: Any, *, depth: int) -> Any:
        line = event.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise UnreadableError(
                Text(zh=f"嵌套超过 {MAX_DEPTH} 层", en=f"nested deeper than {MAX_DEPTH}"), line=line
            )
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError(Text(zh="不允许使用别名（*）", en="aliases (*) are not allowed"), line=line)
        if isinstance(event, yaml.CollectionStartEvent) and event.tag:
            raise _tag_refused(event.tag, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        return self._scalar(event, line)

    def _sequence(self, depth: int) -> list[Any]:
        values = []
        while not isinstance(event := self._event(), yaml.SequenceEndEvent):
            values.append(self._value(event, depth=depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._event(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._value(event, depth=depth + 1)
            if not isinstance(key, str):
                raise UnreadableError(Text(zh="键必须是文本", en="keys must be text"), line=line)
            value = self._value(self._event(), depth=depth + 1)
            if key in values:
                reason = Text(zh=f"键重复：{key}", en=f"duplicate key: {key}")
                self._problems.append(PackProblem(self._name, f"line {line}", reason))
            values[key] = value
        return values

    def _scalar(self, event: Any, line: int) -> Any:
        tag = event.tag or self._loader.resolve(  # type: ignore[no-untyped-call]
            yaml.ScalarNode, event.value, event.implicit
        )
        if tag == "tag:yaml.org,2002:timestamp":  # an unquoted date stays text; the shapes check it
            return event.value
        if tag not in _PLAIN_TAGS:
            raise _tag_refused(tag, line)
        try:
            return self._loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark))
        except (ValueError, KeyError) as error:
            reason = Text(zh=f"无法读取的值：{event.value}", en=f"unreadable value: {event.value}")
            raise UnreadableError(reason, line=line) from error


def _tag_refused(tag: str, line: int) -> UnreadableError:
    return UnreadableError(Text(zh=f"不允许的标签：{tag}", en=f"tag not allowed: {tag}"), line=line)
