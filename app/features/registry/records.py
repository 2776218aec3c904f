"""The registry's organisations as values: the whole record for its page, a line for lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.features.knowledge.catalogue import Catalogue
from app.kit.text import Text

PROVENANCE_WORDS: Mapping[str, Text] = {
    "observed": Text(zh="见于公开来源", en="Seen in public sources"),
    "curated": Text(zh="人工整理", en="Compiled by hand"),
    "derived": Text(zh="名称按行政区划推得", en="Name derived from the administrative divisions"),
}
Highlights = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """`inferred` holds the confidence of each attribute that was read from the name; others are stated."""

    id: int
    public_id: str
    name: str
    industry: str
    sub_industry: str | None
    level: str | None
    province: str | None
    city: str | None
    district: str | None
    inferred: Mapping[str, float]
    provenance: str
    code: str | None
    scale: str | None
    rank: float
    rev: int
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()  # those of the aliases that it bore before
    sources: tuple[Text, ...] = ()  # with their licence, as attribution

    @property
    def provenance_words(self) -> Text:
        return PROVENANCE_WORDS[self.provenance]


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation in a list; `highlights` are offset pairs into `name`.

    A level that was only read from the name is left out: a list has no room to say so.
    """

    public_id: str
    name: str
    industry_code: str
    sub_industry_code: str | None
    level_code: str | None
    province: str | None
    city: str | None
    district: str | None
    provenance: str
    industry: Text | None
    level: Text | None
    matched_by: str | None = None
    why: Text | None = None
    highlights: Highlights = ()

    @property
    def href(self) -> str:
        return f"/organisations/{self.public_id}"

    @property
    def place(self) -> str | None:
        """What tells organisations of one name apart: without repeating a municipality."""
        parts = dict.fromkeys(part for part in (self.province, self.city, self.district) if part)
        return " ".join(parts) or None


# The columns of queries.LINE_COLUMNS; the last, what was inferred, may still be JSON.
LineRow = tuple[
    str,
    str,
    str,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str,
    Mapping[str, float] | str,
]


def line_from(
    catalogue: Catalogue,
    row: LineRow,
    *,
    matched_by: str | None = None,
    why: Text | None = None,
    highlights: Highlights = (),
) -> OrganisationLine:
    """The line of a row, and how it was found."""
    public_id, name, code, sub, level_code, province, city, district, provenance, inferred = row
    industry = catalogue.industries.get(code)
    level = None
    # Of JSON, the name as it is written there: nothing else in it is a text.
    if level_code and ('"level"' if isinstance(inferred, str) else "level") in inferred:
        level_code = None
    if industry and level_code:
        level = next((level.name for level in industry.levels if level.code == level_code), None)
    return OrganisationLine(
        public_id,
        name,
        code,
        sub,
        level_code,
        province,
        city,
        district,
        provenance,
        industry.name if industry else None,
        level,
        matched_by,
        why,
        highlights,
    )
