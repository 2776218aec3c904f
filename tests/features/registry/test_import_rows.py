"""Every row is either valid or refused with the field and the reason; nothing else can happen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.import_file import COLUMNS
from app.features.registry.import_rows import OrganisationRow, parse_row
from tests.features.registry.sample import HOSPITAL, ROWS, Row

INDUSTRIES = frozenset({"healthcare", "education", "government"})


def parse(row: Row) -> tuple[OrganisationRow | None, list[tuple[str, bool]]]:
    parsed, problems = parse_row(7, row, industries=INDUSTRIES)
    return parsed, [(problem.field, problem.refuses) for problem in problems]


def test_a_good_row_is_trimmed_and_split() -> None:
    parsed, problems = parse(
        {**HOSPITAL, "name": " 北京大学第三医院\u3000", "short_names": "北医三院| 三院 |北医三院"}
    )
    assert problems == []
    assert parsed is not None
    assert (parsed.name, parsed.short_names) == ("北京大学第三医院", ("北医三院", "三院"))
    assert parsed.sources == ("hhui64/wuhan2020map", "一份没有许可的名单")
    assert (parsed.provenance, parsed.industry_is_inferred) == ("observed", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "局"),
        ("name", "……"),
        ("name", "12345678"),
        ("name", "医" * 121),
        ("name", "北京\x00大学"),
        ("name", "北京\u202e大学"),
        ("name", "北京\u200b大学"),
        ("name", "北京\ufffd大学"),
        ("name", "healthcare"),
        ("name", "derived"),
        ("name", "北京市"),
        ("industry", "medicine"),
        ("industry", "北京大学"),
        ("province", "北京"),
        ("province", "healthcare"),
        ("city", "市" * 41),
        ("source", ";".join("abcdefghijklmnopqrstu")),
        ("name_basis", "guessed"),
        ("industry_basis", "observed"),
    ],
)
def test_a_fault_refuses_the_row_and_names_the_field(field: str, value: str) -> None:
    parsed, problems = parse({**HOSPITAL, field: value})
    assert parsed is None
    assert (field, True) in problems


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("汉市第一医院", {"province": "湖北省", "city": "武汉市"}, "缺首字"),
        ("该珠海市海岛化工股份有限公司", {"province": "广东省", "city": "珠海市"}, "多出“该”"),
        ("对龙岗区第四人民医院", {"province": "广东省", "city": "深圳市"}, "多出“对”"),
        ("海岛村镇银行股份有限公", {"province": "广东省", "city": "珠海市"}, "末尾不完整"),
    ],
)
def test_a_badly_cut_name_is_refused(name: str, place: dict[str, str], said: str) -> None:
    parsed, problems = parse_row(
        2, {**HOSPITAL, "name": name, "district": "", **place}, industries=INDUSTRIES
    )
    assert parsed is None
    assert [problem.field for problem in problems] == ["name"]
    assert said in problems[0].reason.zh


@pytest.mark.parametrize(
    ("name", "province", "city"),
    [
        ("津市市第三中学", "湖南省", "常德市"),  # a city named 津市
        ("津市第三中学", "湖南省", "常德市"),
        ("鞍山市中心医院", "安徽省", "马鞍山市"),  # a city of its own, wherever the row puts it
        ("对外经济贸易大学", "北京市", "北京市"),
        ("武汉市第一医院", "湖北省", "武汉市"),
    ],
)
def test_a_name_that_only_looks_cut_is_taken(name: str, province: str, city: str) -> None:
    given = {**HOSPITAL, "name": name, "province": province, "city": city, "district": ""}
    assert parse_row(2, given, industries=INDUSTRIES)[0] is not None


def test_a_lone_surrogate_is_refused() -> None:
    assert parse({**HOSPITAL, "name": "北京" + chr(0xD800) + "大学"})[1] == [("name", True)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("scale", "x" * 61), ("short_names", "a\x7fb"), ("code", "x" * 41), ("short_names", "名" * 61)],
)
def test_a_fault_in_a_lesser_field_costs_the_field_alone(field: str, value: str) -> None:
    parsed, problems = parse({**HOSPITAL, field: value})
    assert parsed is not None
    assert getattr(parsed, field) in ("", ())
    assert (field, False) in problems


def test_an_unknown_city_is_noted_and_kept() -> None:
    parsed, problems = parse({**HOSPITAL, "province": "云南省", "city": "成都市"})
    assert parsed is not None
    assert parsed.city == "成都市"
    assert problems == [("city", False)]


def test_a_row_of_the_wrong_length_is_refused() -> None:
    parsed, problems = parse_row(3, None, industries=INDUSTRIES)
    assert parsed is None
    assert [(problem.row, problem.field) for problem in problems] == [(3, "row")]


def test_reasons_speak_both_languages_and_name_the_limit() -> None:
    _, problems = parse_row(2, {"name": "医" * 121}, industries=INDUSTRIES)
    assert "120" in problems[0].reason.zh
    assert "at most 120 characters, has 121" in problems[0].reason.en


def test_the_sample_is_valid(catalogue: Catalogue) -> None:
    for row in ROWS:
        assert parse_row(2, row, industries=frozenset(catalogue.industries))[1] == []


_ANY_ROW = st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=200))
_NEARLY = st.fixed_dictionaries(
    {"name": st.text(alphabet="北京市第三人民医院AB（） \x00\u200b\ud800", max_size=130)},
    optional={
        "short_names": st.text(alphabet="院|a\x07", max_size=90),
        "industry": st.sampled_from(["", "healthcare", "x"]),
        "province": st.sampled_from(["", "云南省", "云南"]),
    },
)


@given(st.one_of(_ANY_ROW, _NEARLY))
def test_no_text_breaks_the_parser_and_what_passes_fits_the_tables(row: Row) -> None:
    parsed, problems = parse_row(2, row, industries=INDUSTRIES)
    assert (parsed is None) == any(problem.refuses for problem in problems)
    if parsed is None:
        return
    assert 2 <= len(parsed.name) <= 120
    assert unicodedata.is_normalized("NFC", parsed.name)
    texts = [parsed.name, *parsed.short_names, *parsed.sources, parsed.city, parsed.scale, parsed.code]
    assert all(text.isprintable() for text in texts)
    assert all(0 < len(alias) <= 60 for alias in parsed.short_names)
    assert parsed.industry in {"", *INDUSTRIES}
