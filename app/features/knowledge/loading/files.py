"""Reads every file of a pack directory into checked rows; what fails is noted, never dropped in silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading import shapes
from app.features.knowledge.loading.refusals import refusals
from app.features.knowledge.loading.strict_yaml import read_yaml
from app.kit.text import Text

HEADERS: Mapping[str, type[BaseModel]] = {
    "industries.yaml": shapes.IndustriesFile,
    "industry_needs.yaml": shapes.IndustryNeedsFile,
    "needs.yaml": shapes.NeedsFile,
    "regulations.yaml": shapes.RegulationsFile,
    "solutions.yaml": shapes.SolutionsFile,
    "when_not_to.yaml": shapes.WhenNotToFile,
}
NEEDS_ENGLISH = ("en/needs-1.yaml", "en/needs-2.yaml", "en/needs-3.yaml")
SOLUTIONS_ENGLISH = "en/solutions.yaml"
REGULATIONS_ENGLISH = "en/regulations.yaml"
REASONS_ENGLISH = "en/reasons.yaml"
NOTICE_RULES = "notices.yaml"  # read by `notices.loading`; a pack of one's own may lack it
_ENGLISH_FILES = (*NEEDS_ENGLISH, SOLUTIONS_ENGLISH, REGULATIONS_ENGLISH, REASONS_ENGLISH)

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one list: those of the right shape, and the ids of all of them."""

    valid: list[Any]
    ids: list[str]

    @property
    def all_valid(self) -> bool:
        return len(self.valid) == len(self.ids)


@dataclass(frozen=True, slots=True)
class PackFiles:
    """Everything read, each part checked on its own; links between parts are not checked yet."""

    industries_file: shapes.IndustriesFile
    industry_needs_file: shapes.IndustryNeedsFile
    needs_file: shapes.NeedsFile
    regulations_file: shapes.RegulationsFile
    solutions_file: shapes.SolutionsFile
    when_not_to: Mapping[str, list[str]]
    industries: Rows
    mappings: Rows
    region_hints: Rows
    needs: Rows
    regulations: Rows
    solutions: Rows
    needs_english: Mapping[str, shapes.NeedEnglish | None]  # None: refused
    solutions_english: Mapping[str, shapes.SolutionEnglish | None]  # None: refused
    regulations_english: Mapping[str, shapes.RegulationEnglish | None]  # None: refused
    reasons_english: Mapping[str, str]


def read_pack_files(directory: Path, problems: list[PackProblem]) -> PackFiles | None:
    """None where a file is missing or unlike itself as a whole, so that its rows cannot be told."""
    _refuse_strangers(directory, problems)
    documents = {
        name: read_yaml(directory / name, name=name, problems=problems)
        for name in (*HEADERS, *_ENGLISH_FILES)
    }
    headers: dict[str, Any] = {}
    for name, shape in HEADERS.items():
        if documents[name] is not None:
            headers[name] = _checked(shape, documents[name], name, "", problems)
    english = [_as_mapping(documents[name], name, problems) for name in _ENGLISH_FILES]
    if any(headers.get(name) is None for name in HEADERS) or any(part is None for part in english):
        return None
    return _assembled(headers, dict(zip(_ENGLISH_FILES, english, strict=True)), problems)


def _assembled(headers: dict[str, Any], english: dict[str, Any], problems: list[PackProblem]) -> PackFiles:
    industries, mappings = headers["industries.yaml"], headers["industry_needs.yaml"]
    needs, regulations, solutions = (headers[f"{n}.yaml"] for n in ("needs", "regulations", "solutions"))
    return PackFiles(
        industries_file=industries,
        industry_needs_file=mappings,
        needs_file=needs,
        regulations_file=regulations,
        solutions_file=solutions,
        when_not_to=headers["when_not_to.yaml"].when_not_to,
        industries=_rows(shapes.IndustryRow, industries.industries, "industries.yaml", "code", problems),
        mappings=_rows(shapes.MappingRow, mappings.mappings, "industry_needs.yaml mappings", "", problems),
        region_hints=_rows(
            shapes.RegionHintRow, mappings.region_hints, "industry_needs.yaml region_hints", "", problems
        ),
        needs=_rows(shapes.NeedRow, needs.needs, "needs.yaml", "id", problems),
        regulations=_rows(shapes.RegulationRow, regulations.regulations, "regulations.yaml", "id", problems),
        solutions=_rows(shapes.SolutionRow, solutions.solutions, "solutions.yaml", "id", problems),
        needs_english=_needs_english(english, problems),
        solutions_english=_keyed(shapes.SolutionEnglish, english, SOLUTIONS_ENGLISH, problems),
        regulations_english=_keyed(shapes.RegulationEnglish, english, REGULATIONS_ENGLISH, problems),
        reasons_english=_sentences(english[REASONS_ENGLISH], problems),
    )


def _refuse_strangers(directory: Path, problems: list[PackProblem]) -> None:
    known = {*HEADERS, *_ENGLISH_FILES, NOTICE_RULES}
    for path in sorted(directory.rglob("*.y*ml")):
        if (name := path.relative_to(directory).as_posix()) not in known:
            problems.append(PackProblem(name, "", Text(zh="不属于知识包的文件", en="not a file of the pack")))


def _checked(shape: type[Row], value: Any, file: str, entry: str, problems: list[PackProblem]) -> Row | None:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        problems.extend(refusals(error, file=file, entry=entry))
        return None


def _rows(shape: type[Row], values: list[Any], file: str, key: str, problems: list[PackProblem]) -> Rows:
    valid: list[Any] = []
    ids: list[str] = []
    for number, value in enumerate(values, start=1):
        name = value.get(key) if isinstance(value, dict) else None
        entry = name if isinstance(name, str) else f"entry {number}"
        ids.append(entry)
        row = _checked(shape, value, file, entry, problems)
        if row is not None:
            valid.append(row)
    return Rows(valid, ids)


def _as_mapping(value: Any, file: str, problems: list[PackProblem]) -> dict[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    problems.append(PackProblem(file, "", Text(zh="应为键值结构", en="must be a mapping")))
    return None


def _keyed(
    shape: type[Row], english: dict[str, Any], file: str, problems: list[PackProblem]
) -> dict[str, Row | None]:
    return {key: _checked(shape, value, file, key, problems) for key, value in english[file].items()}


def _needs_english(
    english: dict[str, Any], problems: list[PackProblem]
) -> dict[str, shapes.NeedEnglish | None]:
    merged: dict[str, shapes.NeedEnglish | None] = {}
    for file in NEEDS_ENGLISH:
        part = _keyed(shapes.NeedEnglish, english, file, problems)
        for key in merged.keys() & part.keys():
            reason = Text(zh="另一个文件中已有该条目", en="already in another file")
            problems.append(PackProblem(file, key, reason))
        merged |= part
    return merged


def _sentences(values: dict[str, Any], problems: list[PackProblem]) -> dict[str, str]:
    for key, value in values.items():
        if not isinstance(value, str) or not value.strip():
            problems.append(
                PackProblem(REASONS_ENGLISH, key, Text(zh="应为非空文本", en="must be text, not empty"))
            )
    return {key: value for key, value in values.items() if isinstance(value, str) and value.strip()}
