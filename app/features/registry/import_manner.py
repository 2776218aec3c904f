"""How a file of organisations is to be read, as the caller or a mapping file says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading.strict_yaml import read_yaml
from app.features.registry.import_problems import FileRefused
from app.features.registry.models import SOURCE_LENGTH

_KEYS = ("columns", "sheet", "source", "licence")


@dataclass(frozen=True, slots=True)
class Manner:
    """`mapping`: field to the heading it stands under, or "-" for none. `source`: where rows that name
    none come from, under `licence` where it states one."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    source: str | None = None
    licence: str | None = None


def manner_of(
    pairs: Iterable[str] = (),
    *,
    file: Path | None = None,
    sheet: str | None = None,
    source: str | None = None,
    licence: str | None = None,
    default_source: str | None = None,
) -> Manner:
    """What is given wins over the mapping file; `pairs` are field=heading. Raises FileRefused."""
    written = _read(file) if file else {}
    mapping = dict(written.get("columns", {}))
    for pair in pairs:
        name, equals, heading = pair.partition("=")
        if not (name.strip() and equals and heading.strip()):
            raise FileRefused(
                f"--map {pair[:40]}：须写成 字段=列名，如 name=单位名称",
                f"--map {pair[:40]}: write field=heading, such as name=单位名称",
            )
        mapping[name.strip()] = heading.strip()
    source, licence = source or written.get("source"), licence or written.get("licence")
    for option, value in (("source", source), ("licence", licence)):
        if value and (len(value) > SOURCE_LENGTH or ";" in value or not value.isprintable()):
            raise FileRefused(
                f"{option} 最多 {SOURCE_LENGTH} 个字符，不含分号和控制字符",
                f"{option} may have {SOURCE_LENGTH} characters, without semicolons or control characters",
            )
    return Manner(mapping, sheet or written.get("sheet"), source or default_source, licence)


def _read(path: Path) -> dict[str, Any]:
    problems: list[PackProblem] = []
    given = read_yaml(path, name=path.name, problems=problems)
    if problems:
        first = problems[0]
        raise _refused(f"{first.entry} {first.reason.zh}", f"{first.entry} {first.reason.en}")
    if not isinstance(given, dict) or not all(key in _KEYS for key in given):
        listed = ", ".join(_KEYS)
        raise _refused(
            f"须为键值对；可用的键：{listed}", f"it must be keys with values; accepted keys: {listed}"
        )
    columns = given.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(one, str) and one for one in columns.values()):
        raise _refused("columns 须为 字段: 列名", "columns must be field: heading")
    for key in _KEYS[1:]:
        if key in given and not (isinstance(given[key], str) and given[key]):
            raise _refused(f"{key} 须为文本（可加引号）", f"{key} must be text (quote it)")
    return given


def _refused(zh: str, en: str) -> FileRefused:
    return FileRefused(f"映射文件：{zh}", f"Mapping file: {en}")
