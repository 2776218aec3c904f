"""Both languages complete: every Chinese text has its English one, and no English text is left over."""

from collections.abc import Collection, Mapping, Sequence

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading.files import (
    REASONS_ENGLISH,
    REGULATIONS_ENGLISH,
    SOLUTIONS_ENGLISH,
    PackFiles,
)
from app.kit.text import Text

_NEED_LISTS = ("buying_trigger", "discovery_questions")
_SOLUTION_LISTS = ("outline", "delivery_checklist", "common_pitfalls", "comparison_criteria")


def check_languages(files: PackFiles, problems: list[PackProblem]) -> None:
    """Note every text missing in a language, every surplus one, and lists of different lengths."""
    _same_keys(files.needs.ids, files.needs_english, "en/needs-*.yaml", problems)
    _same_keys(files.solutions.ids, files.solutions_english, SOLUTIONS_ENGLISH, problems)
    _same_keys(files.solutions.ids, files.when_not_to, "when_not_to.yaml", problems)
    _same_keys(files.regulations.ids, files.regulations_english, REGULATIONS_ENGLISH, problems)
    # A refused row hides its sentences, whose English would then look surplus.
    if files.industries.all_valid and files.mappings.all_valid and files.region_hints.all_valid:
        _same_keys(sentences_to_translate(files), files.reasons_english, REASONS_ENGLISH, problems)
    for need in files.needs.valid:
        if english := files.needs_english.get(need.id):
            for field in _NEED_LISTS:
                _same_length(
                    getattr(need, field),
                    getattr(english, field),
                    f"{need.id}.{field}",
                    "en/needs-*.yaml",
                    problems,
                )
    for solution in files.solutions.valid:
        if translated := files.solutions_english.get(solution.id):
            pairs = [
                (getattr(solution, field), getattr(translated, field), field) for field in _SOLUTION_LISTS
            ]
            pairs.append((files.when_not_to.get(solution.id, []), translated.when_not_to, "when_not_to"))
            for chinese, other, field in pairs:
                _same_length(chinese, other, f"{solution.id}.{field}", SOLUTIONS_ENGLISH, problems)
    _optional_texts(files, problems)


def sentences_to_translate(files: PackFiles) -> list[str]:
    """The Chinese sentences whose English stands in the file of reasons, each once."""
    rows = [*files.mappings.valid, *files.region_hints.valid]
    levels = [level for industry in files.industries.valid for level in industry.level_markers]
    sentences = [row.reason for row in rows] + [level.name_zh for level in levels]
    sentences += [level.note for level in levels if level.note]
    sentences += [files.industry_needs_file.weight_note, files.industry_needs_file.region_note]
    sentences += [
        files.needs_file.budget_note,
        files.regulations_file.disclaimer,
        files.solutions_file.case_note,
    ]
    sentences += files.solutions_file.evaluation_method
    return list(dict.fromkeys(sentences))


def _same_keys(
    expected: Collection[str], given: Mapping[str, object], file: str, problems: list[PackProblem]
) -> None:
    for key in expected:
        if key not in given:
            problems.append(PackProblem(file, key, Text(zh="缺少对应文本", en="missing text")))
    known = set(expected)
    for key in given:
        if key not in known:
            problems.append(
                PackProblem(file, key, Text(zh="多余的文本，无对应条目", en="surplus text without an entry"))
            )


def _same_length(
    chinese: Sequence[str], english: Sequence[str], entry: str, file: str, problems: list[PackProblem]
) -> None:
    if len(chinese) != len(english):
        zh = f"中文 {len(chinese)} 项，英文 {len(english)} 项"
        en = f"{len(chinese)} entries in Chinese, {len(english)} in English"
        problems.append(PackProblem(file, entry, Text(zh=zh, en=en)))


def _optional_texts(files: PackFiles, problems: list[PackProblem]) -> None:
    for row in files.regulations.valid:
        english = files.regulations_english.get(row.id)
        for field in ("number", "note"):
            if english and (getattr(row, field) is None) != (getattr(english, field) is None):
                reason = Text(zh="只有一种语言", en="given in one language only")
                problems.append(PackProblem(REGULATIONS_ENGLISH, f"{row.id}.{field}", reason))
