"""The data map names every column that holds something of people, and everything that it names is there."""

import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Table

from app.db.tables import metadata
from app.worker import HOLDINGS

MAP = Path(__file__).resolve().parents[2] / "docs" / "data-map.md"
OTHERS = "others"
_NAME = re.compile(r"`(\w+)`")
# By these names columns of people are known, wherever they stand.
_OF_PEOPLE = re.compile(
    r"(^|_)(person|people|mail|phone|contact|device|ip|actor|password|browser|by)(_|$)|person_name"
)


def listed() -> Mapping[str, set[str]]:
    """Table to its columns in the map; OTHERS stands for those that are not named."""
    found: dict[str, set[str]] = {}
    for line in MAP.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        table = _NAME.fullmatch(cells[0])
        if table is None or len(cells) != 4:
            continue
        named = set(_NAME.findall(cells[1]))
        found.setdefault(table[1], set()).update(named | ({OTHERS} if OTHERS in cells[1] else set()))
    return found


def impersonal() -> set[str]:
    section = MAP.read_text("utf-8").split("## Tables without personal data")[1].split("##")[0]
    return set(_NAME.findall(section))


def names_people(table: Table) -> set[str]:
    referring = {key.parent.name for key in table.foreign_keys if key.column.table.name == "people"}
    return referring | {column.name for column in table.columns if _OF_PEOPLE.search(column.name)}


def test_every_table_is_considered() -> None:
    """Whoever adds a table says in docs/data-map.md which personal data it holds, what for and how long."""
    assert sorted([*listed(), *impersonal()]) == sorted(metadata.tables)


def test_every_column_of_a_table_of_people_is_listed() -> None:
    for name, columns in listed().items():
        known = {column.name for column in metadata.tables[name].columns}
        assert columns - {OTHERS} <= known, f"{name}: the map names what is not there"
        missing = (names_people(metadata.tables[name]) if OTHERS in columns else known) - columns
        assert not missing, f"{name}: not in the map: {sorted(missing)}"


def test_tables_that_name_people_are_listed() -> None:
    for name in impersonal():
        assert not names_people(metadata.tables[name]), name


def test_what_a_copy_shows_and_erasure_takes_is_listed() -> None:
    of_people = {
        table.name
        for table in metadata.sorted_tables
        if any(column.name == "person_id" for column in table.columns)
    }
    held = {one.rows.name for one in HOLDINGS.every}
    assert of_people <= held, "a table of people that neither copies nor erasure know"
    assert held <= set(listed())
