"""Files that are no plain data are refused before they can do harm."""

from pathlib import Path

import pytest

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading.strict_yaml import MAX_BYTES, read_yaml

_BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (_BOMB, "line 2", "aliases (*) are not allowed"),
        ("[" * 200_000, "line 1", "nested deeper than 20"),
        ("{a: " * 200_000, "line 1", "nested deeper than 20"),
        ("a: 1\nb: 2\na: 3\n", "line 3", "duplicate key: a"),
        ("a: {b: 1, b: 2}\n", "line 1", "duplicate key: b"),
        ("1: a\n", "line 1", "keys must be text"),
        ("[a]: b\n", "line 1", "keys must be text"),
        ("a: !!python/object/apply:os.system ['true']\n", "line 1", "tag not allowed"),
        ("a: !!set {x, y}\n", "line 1", "tag not allowed"),
        ("a: !!python/name:os.system x\n", "line 1", "tag not allowed"),
        ("a: !!int x\n", "line 1", "unreadable value"),
        ("a: [1, 2\nb: 3\n", "line 2", "YAML syntax error"),
        ("a: 1\n---\nb: 2\n", "", "only one YAML document"),
        ("", "", "the file is empty"),
        (b"a: \xff\xfe\n", "", "not UTF-8 at byte 3"),
        (b"a: \xed\xa0\x80\n", "", "not UTF-8 at byte 3"),
        (b"a: \x00\n", "", "YAML syntax error"),
        (b"a: " + b"x" * MAX_BYTES, "", "larger than 2 MiB"),
    ],
)
def test_refuses_with_place_and_reason(content: str | bytes, place: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    problems: list[PackProblem] = []
    read_yaml(path, name="file.yaml", problems=problems)
    assert [(p.file, p.entry) for p in problems] == [("file.yaml", place)]
    assert reason in problems[0].reason.en


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    problems: list[PackProblem] = []
    assert read_yaml(tmp_path / "none.yaml", name="none.yaml", problems=problems) is None
    assert [(p.file, p.reason.en) for p in problems] == [("none.yaml", "the file is missing")]


def test_reads_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: [1, 0.5, true, null, 文本, '2']\nb: {c: 2017-06-01}\n", encoding="utf-8")
    problems: list[PackProblem] = []
    assert read_yaml(path, name="x", problems=problems) == {
        "a": [1, 0.5, True, None, "文本", "2"],
        "b": {"c": "2017-06-01"},
    }
    assert problems == []
