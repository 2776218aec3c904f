"""From names that somebody typed or pasted to organisations: certain, to choose from, or in no data."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.db.quick import Reader
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.forms import MAX_NAME, clean_name
from app.features.registry.lookup import MAX_QUERY, Lookup, Wanted
from app.features.registry.records import OrganisationLine
from app.kit.errors import Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer

MAX_NAMES = 300
CHOICES = 5
_HEADINGS = (
    *(
        "单位名称",
        "客户名称",
        "企业名称",
        "公司名称",
        "机构名称",
        "单位全称",
        "客户单位",
        "名称",
        "客户",
        "单位",
    ),
    *("name", "customer", "organisation", "organization", "company"),
)
_BETWEEN_NAMES = re.compile(r"[\t,，;；、]")


@dataclass(frozen=True, slots=True)
class Named:
    """`lines`: one where there is no doubt, several to choose from, none for a name in no data.
    `problem`: why the name cannot be looked up at all."""

    name: str
    lines: tuple[OrganisationLine, ...] = ()
    is_certain: bool = False
    problem: Text | None = None


async def names_known(
    reader: Reader, viewer: Viewer, catalogue: Catalogue, lookup: Lookup, names: Sequence[str]
) -> list[Named]:
    """In the order of the names."""
    return [await _known(reader, viewer, catalogue, lookup, name) for name in names]


async def _known(reader: Reader, viewer: Viewer, catalogue: Catalogue, lookup: Lookup, name: str) -> Named:
    try:
        text = clean_name(name, field="names")
    except Invalid as problem:
        return Named(name[:MAX_NAME], problem=problem.message)
    found = await lookup.search(reader, catalogue, viewer, Wanted(text[:MAX_QUERY], limit=CHOICES))
    if found.certain:
        return Named(text, (found.certain,), is_certain=True)
    return Named(text, found.lines if found.is_good else ())


def pasted_names(text: str) -> list[str]:
    """One a line, or all in one line; of a table (CSV, or pasted from one) the column that is headed as
    names, else the first. Each name once. Raises Invalid above MAX_NAMES and for none at all."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    names = list(dict.fromkeys(_of_lines(lines)))
    if not names:
        raise Invalid(
            Text(zh="请填写或粘贴至少一个单位名称。", en="Please type or paste at least one name."),
            field="names",
        )
    if len(names) > MAX_NAMES:
        raise Invalid(
            Text(
                zh=f"一次最多 {MAX_NAMES} 个名称，收到 {len(names)} 个。请分几次导入；你粘贴的内容还在下面。",
                en=f"At most {MAX_NAMES} names at a time; these are {len(names)}. "
                "Please import them in parts; what you pasted is kept below.",
            ),
            field="names",
        )
    return names


def _of_lines(lines: Sequence[str]) -> list[str]:
    if len(lines) < 2:
        return [name for name in (part.strip() for part in _BETWEEN_NAMES.split("".join(lines))) if name]
    tabs, commas = (sum(mark in line for line in lines) for mark in "\t,")
    delimiter = "\t" if tabs >= commas else ","
    rows = [_cells(line, delimiter) for line in lines]
    heading = [cell.strip("\ufeff* ").casefold() for cell in rows[0]]
    column = next((heading.index(word) for word in _HEADINGS if word in heading), None)
    told = rows if column is None else rows[1:]
    cells = (row[column or 0] for row in told if len(row) > (column or 0))
    return [cell for cell in cells if cell]


def _cells(line: str, delimiter: str) -> list[str]:
    """Line by line: one quotation mark too many must not swallow the names below it."""
    try:
        found = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        found = line.split(delimiter)
    return [cell.strip() for cell in found]
