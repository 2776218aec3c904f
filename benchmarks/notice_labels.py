"""The notices labelled by hand, joined with their content where the collected notices are at hand."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.features.knowledge.notices import NoticeText
from benchmarks.notice_drawing import Row, digest_of

DIRECTORY = Path(__file__).parent / "labels"
Part = Literal["tuning", "measuring", "keywords"]


@dataclass(frozen=True, slots=True)
class LabelledNotice:
    """`customer` is who has the need where the text names another than the stated buyer; empty if none."""

    digest: str
    stratum: str
    notice: NoticeText
    needs: frozenset[str]
    customer: str


def labelled_notices(part: Part, rows: Sequence[Row] = ()) -> list[LabelledNotice]:
    """The labels of one part; without `rows` the notices have no content, which is not kept here."""
    contents = {digest_of(row): row["content"] for row in rows}
    with (DIRECTORY / f"notices_{part}.csv").open(encoding="utf-8", newline="") as file:
        return [_labelled(line, contents.get(line["digest"], "")) for line in csv.DictReader(file)]


def _labelled(line: Mapping[str, str], content: str) -> LabelledNotice:
    return LabelledNotice(
        line["digest"],
        line["stratum"],
        NoticeText(line["title"], content, line["buyer"]),
        frozenset(need for need in line["needs"].split("|") if need),
        line["customer"],
    )
