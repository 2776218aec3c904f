"""Our own rows of well-known bodies: they load, they win, and another name of one is no second row."""

import gzip
from pathlib import Path

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.source_words import target_of_words
from app.features.registry.compose import compose
from app.features.registry.import_file import read_records
from app.features.registry.import_rows import parse_row
from app.features.registry.licences import DICTIONARY, LISTED_COMPANIES, WELL_KNOWN
from app.features.registry.well_known import CURATED
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import Row

OWN_FILE = (
    "name,short_names,industry,sub_industry,province,city,level\n"
    "某某电网有限公司,某网|某某电网公司,energy,电网,北京市,北京市,\n"
    "某某云有限公司,某云,technology,软件服务,浙江省,杭州市,\n"
)


def composed(tmp_path: Path, source: Path) -> dict[str, Row]:
    own, target = tmp_path / "own.csv", tmp_path / "pack.gz"
    own.write_text(OWN_FILE, encoding="utf-8")
    assert (
        compose(source, target, curated=own).shipped
        == len(gzip.decompress(target.read_bytes()).splitlines()) - 1
    )
    return {record["name"]: record for _, record in read_records(target) if record}


def test_our_row_wins_and_keeps_what_it_does_not_say(write_csv: WriteCsv, tmp_path: Path) -> None:
    listed = {"name": "某某电网有限公司", "province": "上海市", "city": "上海市", "scale": "员工9人"}
    row = composed(tmp_path, write_csv([{**listed, "source": LISTED_COMPANIES}]))["某某电网有限公司"]
    assert (row["province"], row["industry"], row["scale"]) == ("北京市", "energy", "员工9人")
    assert row["short_names"] == "某网|某某电网公司"
    assert row["source"].split(";") == [LISTED_COMPANIES, WELL_KNOWN]


def test_a_former_name_is_no_second_row_and_an_unnamed_body_is_added(
    write_csv: WriteCsv, tmp_path: Path
) -> None:
    rows = composed(tmp_path, write_csv([{"name": "某某电网公司", "source": DICTIONARY}]))
    assert set(rows) == {"某某电网有限公司", "某某云有限公司"}
    assert (rows["某某云有限公司"]["name_basis"], rows["某某云有限公司"]["source"]) == ("curated", WELL_KNOWN)


def test_the_shipped_rows_are_valid_and_their_words_are_understood(catalogue: Catalogue) -> None:
    industries = frozenset(catalogue.industries)
    names = []
    for number, record in read_records(CURATED):
        row, problems = parse_row(number, record, industries=industries)
        assert not problems, (number, problems)
        assert row is not None
        names.append(row.name)
        if row.sub_industry:
            target = target_of_words(row.sub_industry)
            assert target is not None, row.name
            assert target[0] == row.industry, row.name
    assert len(names) == len(set(names)) >= 120
