"""The shipped pack holds nothing that a licensed source does not give."""

from pathlib import Path

import pytest

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.commands import PACK
from app.features.registry.compose import compose, licensed_part
from app.features.registry.import_file import read_records
from app.features.registry.import_rows import parse_row
from app.features.registry.licences import DIVISIONS, LICENSED, LISTED_COMPANIES, OWN_WORK, STOCK_WORDS
from app.features.registry.well_known import read_well_known
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import COLUMNS, Row

UNLICENSED = "一份没有许可的名单"
FULL: Row = {
    "name": "某某股份有限公司",
    "short_names": "某某",
    "industry": "technology",
    "sub_industry": "软件服务|CSRC:I 信息技术|SW:IT服务Ⅲ",
    "province": "浙江省",
    "city": "杭州市",
    "district": "滨江区",
    "level": "上市公司",
    "code": "stock:000001.SZ",
    "scale": "员工100人",
    "industry_basis": "source",
    "name_basis": "observed",
    "region_basis": "source",
}


def part(source: str, **changes: str) -> Row:
    found = licensed_part({**FULL, "source": source, **changes})
    assert found is not None
    return {column: value for column, value in found.items() if value}


def test_a_row_that_only_unlicensed_sources_name_is_left_out() -> None:
    assert licensed_part({**FULL, "source": UNLICENSED}) is None
    assert licensed_part({**FULL, "source": ""}) is None


def test_a_dictionary_of_names_gives_names_alone() -> None:
    hanlp = "hankcs/HanLP@1.x(机构名词典)"
    assert part(f"{UNLICENSED};{hanlp}") == {
        "name": FULL["name"],
        "source": hanlp,
        "name_basis": "observed",
    }


def test_listed_companies_keep_what_their_sources_give() -> None:
    assert part(f"{LISTED_COMPANIES};{UNLICENSED}") == {
        "name": FULL["name"],
        "province": "浙江省",
        "city": "杭州市",
        "scale": "员工100人",
        "industry": "technology",
        "sub_industry": "软件服务",
        "industry_basis": "source",
        "name_basis": "observed",
        "region_basis": "source",
        "source": f"{LISTED_COMPANIES};{STOCK_WORDS}",
    }


@pytest.mark.parametrize("words", ["SW:IT服务Ⅲ", "CSRC:I 信息技术", ""])
def test_words_of_unlicensed_vocabularies_are_not_shipped(words: str) -> None:
    kept = part(LISTED_COMPANIES, sub_industry=words)
    assert "industry" not in kept
    assert kept["source"] == LISTED_COMPANIES


def test_a_list_of_hospitals_says_the_industry_and_its_grades_are_not_another_lists() -> None:
    kept = part("hhui64/wuhan2020map", industry="healthcare", level="三级甲等", short_names="某院")
    assert (kept["industry"], kept["industry_basis"]) == ("healthcare", "source")
    assert not {"level", "short_names", "code", "scale", "district"} & set(kept)
    assert part("SYSU-AIlab/Crimson-Diary", level="三级甲等")["level"] == "三级甲等"


def test_own_work_keeps_its_marks_and_not_the_ministrys() -> None:
    kept = part(OWN_WORK, level="本科;985;211;双一流", short_names="北大", name_basis="observed")
    assert (kept["level"], kept["short_names"]) == ("985;211;双一流", "北大")
    assert "province" not in kept
    assert part(OWN_WORK, name_basis="curated")["province"] == "浙江省"


def test_a_derived_name_stays_derived_unless_a_licensed_source_has_seen_it() -> None:
    assert part(f"{DIVISIONS};{UNLICENSED}")["name_basis"] == "derived"
    assert part(f"{DIVISIONS};hankcs/HanLP@1.x(机构名词典)")["name_basis"] == "observed"


def test_composing_twice_gives_the_same_bytes(write_csv: WriteCsv, tmp_path: Path) -> None:
    source = write_csv([{**FULL, "source": LISTED_COMPANIES}, {**FULL, "name": "乙", "source": UNLICENSED}])
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    composed = compose(source, first)
    compose(source, second)
    assert (composed.rows, composed.shipped) == (2, 1 + len(read_well_known().rows))
    assert first.read_bytes() == second.read_bytes()


def test_the_shipped_pack_is_valid_licensed_and_small(catalogue: Catalogue) -> None:
    industries = frozenset(catalogue.industries)
    rows = 0
    for number, record in read_records(PACK):
        rows += 1
        assert record is not None
        sources = record["source"].split(";")
        assert set(sources) <= LICENSED.keys()
        given = {column for key in sources for column in LICENSED[key].columns}
        if record["name_basis"] == "curated":
            given |= LICENSED[DIVISIONS].columns
        stated = {"source", "name_basis", "region_basis", "industry", "sub_industry", "industry_basis"}
        surplus = [column for column in COLUMNS if record[column] and column not in given | stated]
        assert not surplus, (number, record)
        assert parse_row(number, record, industries=industries)[0] is not None
    assert 90_000 <= rows <= 110_000
    assert PACK.stat().st_size < 3_000_000
