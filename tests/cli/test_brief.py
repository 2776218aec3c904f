"""`topctl brief`: the visit brief in the terminal and as a file."""

from pathlib import Path

import docx
import pytest

from tests.cli.conftest import Topctl

HOSPITAL = "北京大学第三医院"


def test_the_brief_is_told_in_the_terminal(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("brief", "北医三院", TOP_VAR=str(prepared))
    assert ended.status == 0, ended.err
    lines = [line.strip() for line in ended.out.splitlines()]
    assert lines[1] == HOSPITAL
    headings = ["Likely needs · Estimate", "Public facts", "Questions for the visit", "What binds it"]
    assert [line for line in lines if line in headings] == headings
    assert "in force since 2017-06-01" in ended.out
    assert "Not when: " in ended.out
    assert not [line for line in lines if any(mark in line for mark in ("；", "。"))]


def test_its_language_can_be_chosen(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("brief", HOSPITAL, "--language", "zh", TOP_VAR=str(prepared))
    assert "可能的需求 · 推断" in ended.out
    refused = topctl("brief", HOSPITAL, "--language", "fr", TOP_VAR=str(prepared))
    assert (refused.status, refused.out, refused.err.strip()) == (1, "", "--language must be zh or en.")


def test_it_is_written_as_a_word_document(topctl: Topctl, prepared: Path, tmp_path: Path) -> None:
    target = tmp_path / "简报.docx"
    ended = topctl("brief", HOSPITAL, "--docx", target, TOP_VAR=str(prepared))
    assert (ended.status, ended.out.strip()) == (0, f"Written to {target}")
    assert HOSPITAL in [paragraph.text for paragraph in docx.Document(str(target)).paragraphs]
    assert [each.name for each in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("place", ["missing/x.docx", "file/x.docx", "folder"])
def test_a_file_that_cannot_be_written_is_said_so(
    topctl: Topctl, prepared: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    ended = topctl("brief", HOSPITAL, "--docx", tmp_path / place, TOP_VAR=str(prepared))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"Cannot write {tmp_path / place}: ")
    assert len(ended.err.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_only_like_a_name_is_briefed_as_typed_and_says_so(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("brief", "坤明市教育局", TOP_VAR=str(prepared))
    assert "Not in the registry; everything is read from the name" in ended.out
    assert "Did you mean: 昆明市教育局" in ended.err


def test_an_empty_name_is_refused_in_one_line(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("brief", " ", TOP_VAR=str(prepared))
    assert (ended.status, ended.out) == (1, "")
    assert "organisation name" in ended.err
