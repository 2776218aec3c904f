"""What the registry stores of a row: its search forms, and its attributes as codes of the catalogue. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.recognise import recognise
from app.features.knowledge.recognition import Reading, Recognition
from app.features.knowledge.source_words import read_source_words
from app.features.registry.import_rows import OrganisationRow
from search.analysis.names import analyse
from search.analysis.normalise import normalise
from search.analysis.pinyin import syllables_of

CLASSIFIED = ("industry", "sub_industry", "level")
PLACED = ("province", "city", "district")
UNKNOWN_INDUSTRY = "other"
# For what the file itself calls inferred and the name does not confirm.
_UNCONFIRMED = 0.7


class Known(NamedTuple):
    """An attribute's value; `confidence` where it was read from the name, None where a source states it."""

    value: str | None
    confidence: float | None = None


Attributes = dict[str, Known]  # of CLASSIFIED and PLACED
NOT_KNOWN = Known(None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row with all that takes time to work out."""

    row: OrganisationRow
    name_norm: str
    core: str
    initials: str
    alias_norms: tuple[str, ...]
    attributes: Attributes


def name_forms(name: str) -> dict[str, str]:
    """The columns that a name is searched by."""
    forms = analyse(name)
    initials = "".join(syllable[0] for syllable in syllables_of(forms.norm))
    return {"name_norm": forms.norm, "core": forms.core, "initials": initials}


def prepare(row: OrganisationRow, catalogue: Catalogue) -> Prepared:
    recognition = recognise(row.name, catalogue)
    return Prepared(
        row=row,
        **name_forms(row.name),
        alias_norms=tuple(normalise(name) for name in row.short_names),
        attributes=_classify(row, recognition) | _locate(row, recognition),
    )


def prepare_all(rows: Iterable[OrganisationRow], catalogue: Catalogue) -> list[Prepared]:
    return [prepare(row, catalogue) for row in rows]


def _classify(row: OrganisationRow, recognition: Recognition) -> Attributes:
    """A stated industry wins over the name; the name wins over another's guess from the same name.

    A hand-written row is no guess: its author knew the organisation even where its name says nothing.
    """
    name_says = recognition.industry.value
    stated = bool(row.industry) and not row.industry_is_inferred
    known_to_author = row.provenance == "curated" or (
        row.provenance == "derived" and name_says == UNKNOWN_INDUSTRY
    )
    if stated or (row.industry and known_to_author):
        words = read_source_words(industry=row.industry, sub_industry=row.sub_industry, level=row.level)
        confidence = None if stated else _confidence(recognition.industry, words.industry)
        industry, sub = Known(words.industry, confidence), Known(words.sub_industry, confidence)
    else:
        words = read_source_words(industry=name_says, sub_industry="", level=row.level)
        industry = Known(name_says, recognition.industry.confidence)
        sub = _composed_sub(row, industry)
    level = Known(words.level)
    if industry.value == name_says:  # what the words leave open, the name may tell
        sub = sub if sub.value else _read(recognition.sub_industry)
        level = level if level.value else _read(recognition.level)
    return dict(zip(CLASSIFIED, (industry, sub, level), strict=True))


def _composed_sub(row: OrganisationRow, industry: Known) -> Known:
    """What kind of body a derived row is, was known to whoever composed its name."""
    if row.provenance != "derived" or not row.industry:
        return NOT_KNOWN
    words = read_source_words(industry=row.industry, sub_industry=row.sub_industry, level=row.level)
    same = words.industry == industry.value and words.sub_industry
    return Known(words.sub_industry, industry.confidence) if same else NOT_KNOWN


def _locate(row: OrganisationRow, recognition: Recognition) -> Attributes:
    """The file's place; finer parts only where the name continues the same place."""
    given = (row.province, row.city, row.district)
    read = (recognition.province, recognition.city, recognition.district)
    placed: Attributes = {}
    agrees = True
    for field, value, reading in zip(PLACED, given, read, strict=True):
        if value:
            agrees = agrees and (reading is None or reading.value == value)
            placed[field] = Known(value, _confidence(reading, value) if row.region_is_inferred else None)
        else:
            placed[field] = _read(reading) if agrees else NOT_KNOWN
    return placed


def _read(reading: Reading | None) -> Known:
    return Known(reading.value, reading.confidence) if reading else NOT_KNOWN


def _confidence(reading: Reading | None, value: str) -> float:
    return reading.confidence if reading and reading.value == value else _UNCONFIRMED
