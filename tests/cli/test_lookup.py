"""`topctl lookup`: the answer in the terminal and for machines."""

from pathlib import Path

import pytest

from app.features.registry.schemas import AnswerOut
from tests.cli.conftest import Topctl


@pytest.mark.parametrize(
    "typed", ["北京大学第三医院", "北医三院", "北京大學第三醫院", "beijingdaxuedisanyiyuan"]
)
def test_a_known_customer_is_answered(topctl: Topctl, prepared: Path, typed: str) -> None:
    ended = topctl("lookup", typed, TOP_VAR=str(prepared))
    assert ended.status == 0, ended.err
    lines = [line.strip() for line in ended.out.splitlines()]
    assert lines[1] == "北京大学第三医院"
    assert "Healthcare" in lines[2]
    assert "Registry · Seen in public sources" in lines[2]
    assert {"IT", "Network security", "Data security", "Business applications"} <= set(lines)
    assert "These are estimates, not public facts." in lines


def test_chinese_terminals_read_chinese(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("lookup", "北京大学第三医院", TOP_VAR=str(prepared), LC_ALL="zh_CN.UTF-8")
    assert "网络安全" in ended.out
    assert "以上为推断，不是公开事实。" in ended.out


def test_a_name_in_no_data_is_answered_and_says_so(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("lookup", "红河州第五人民医院", TOP_VAR=str(prepared))
    assert ended.status == 0
    assert "红河州第五人民医院" in ended.out
    assert "not in the registry, read from the name" in ended.out
    assert "%" in ended.out


def test_several_matches_are_listed(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("lookup", "北京", TOP_VAR=str(prepared))
    assert "Did you mean:" in ended.out
    assert "北京大学" in ended.out


def test_machines_get_the_answer_of_the_api(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("lookup", "北医三院", "--json", TOP_VAR=str(prepared))
    assert ended.status == 0
    answer = AnswerOut.model_validate(ended.json)
    assert answer.name == "北京大学第三医院"
    assert answer.needs
    assert all(need.reasons and 0 < need.likelihood < 1 for need in answer.needs)
    assert topctl("lookup", "某某中医院", "--json", TOP_VAR=str(prepared)).json["id"] is None


@pytest.mark.parametrize("typed", ["", " ", "北\x00京", "北" * 121])
def test_what_cannot_be_a_name_is_refused_in_one_line(topctl: Topctl, prepared: Path, typed: str) -> None:
    ended = topctl("lookup", typed, TOP_VAR=str(prepared))
    assert (ended.status, ended.out) == (1, "")
    assert "organisation name" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_without_an_index_names_are_still_found_and_it_is_said(topctl: Topctl, own_copy: Path) -> None:
    (own_copy / "search" / "organisation" / "CURRENT").unlink()
    ended = topctl("lookup", "北京大学第三医院")
    assert ended.status == 0
    assert "北京大学第三医院" in ended.out
    assert "The search index is unavailable" in ended.err


def test_before_the_first_start_the_way_out_is_told(topctl: Topctl) -> None:
    ended = topctl("lookup", "北京大学")
    assert (ended.status, ended.out) == (1, "")
    assert "topctl prepare" in ended.err
