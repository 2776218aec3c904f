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
    how, told = ended.out.split("\n\n", 1) if "Found by" in ended.out else ("", ended.out.lstrip())
    assert how.startswith("Found by") is (typed in ("北医三院", "beijingdaxuedisanyiyuan"))
    lines = ["", *(line.strip() for line in told.splitlines())]
    assert lines[1] == "北京大学第三医院"
    assert "Healthcare" in lines[2]
    assert "Registry · Seen in public sources" in lines[2]
    assert {"IT", "Network security", "Data security", "Business growth"} <= set(lines)
    assert "These are estimates, not public facts." in lines


def test_the_answer_has_every_section_of_the_page(topctl: Topctl, prepared: Path) -> None:
    told = topctl("lookup", "北京大学第三医院", TOP_VAR=str(prepared), COLUMNS="1000").out
    answer = topctl("lookup", "北京大学第三医院", "--json", TOP_VAR=str(prepared)).json
    expected = [
        text
        for regulation in answer["regulations"]
        for text in (regulation["title"], regulation["obligation"])
    ]
    expected += [
        text
        for route in answer["routes"]
        for outline in route["outlines"]
        for text in (outline["title"], outline["rough_effort"], *outline["when_not_to"])
    ]
    expected += [question for about in answer["questions"] for question in about["questions"]]
    expected += [line["name"] for line in answer["comparable"]]
    for need in answer["needs"][:3]:
        expected += [reason["text"] for reason in need["reasons"]]
        expected += [*need["would_change"], *need["buying_triggers"], need["owner_role"]]
    expected += answer["sources"]
    assert len(expected) > 30
    for text in expected:
        assert text in told, text
    assert "CNY" in told
    assert f"in force since {answer['regulations'][0]['date']}" in told


def test_the_needs_come_first_and_alone_when_brief(topctl: Topctl, prepared: Path) -> None:
    whole = topctl("lookup", "北京大学第三医院", TOP_VAR=str(prepared)).out
    brief = topctl("lookup", "北京大学第三医院", "--brief", TOP_VAR=str(prepared)).out
    assert whole.startswith(brief)
    assert "What binds it" in whole.removeprefix(brief)


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


@pytest.mark.parametrize("typed", ["坤明市教育局", "bjjt", "第一人民医院"])
def test_what_is_only_like_a_name_lists_candidates_first(topctl: Topctl, prepared: Path, typed: str) -> None:
    ended = topctl("lookup", typed, TOP_VAR=str(prepared))
    assert ended.out.startswith("Did you mean:")
    assert ended.out.index("not in the registry, read from the name") > ended.out.index("Did you mean:")
    answer = topctl("lookup", typed, "--json", TOP_VAR=str(prepared)).json
    assert (answer["id"], answer["matched_by"], answer["name"]) == (None, None, typed)
    assert answer["candidates"]


def test_a_short_name_tells_how_and_what_else(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("lookup", "北大", TOP_VAR=str(prepared))
    assert ended.out.startswith("Found by “北大” (Common short name)\n\n北京大学\n")
    assert "北京联合大学" in ended.out.split("Did you mean:")[1]
    answer = topctl("lookup", "北大", "--json", TOP_VAR=str(prepared)).json
    assert (answer["name"], answer["matched_by"]) == ("北京大学", "alias")
    assert "北京联合大学" in [line["name"] for line in answer["candidates"]]
