"""Reads the rules for notices from `pack/notices.yaml`: all of them, or nothing and what is wrong."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from app.features.knowledge.errors import PackError, PackProblem
from app.features.knowledge.loading import PACK_DIRECTORY
from app.features.knowledge.loading.files import NOTICE_RULES
from app.features.knowledge.loading.refusals import refusals
from app.features.knowledge.loading.shapes import Sentence, Shape, Slug, Version
from app.features.knowledge.loading.strict_yaml import read_yaml
from app.features.knowledge.notices.phrases import BadPhraseError, Phrase, PhraseIndex, phrase_of
from app.features.knowledge.notices.rules import Exclusion, NoticeRules, Rule
from app.kit.text import Text

FILE = NOTICE_RULES
Row = TypeVar("Row", bound=BaseModel)


def _checked_phrase(written: str) -> str:
    try:
        phrase_of(written)
    except BadPhraseError as error:
        raise PydanticCustomError("bad_phrase", "bad phrase: {detail}", {"detail": str(error)}) from error
    return written


Written = Annotated[str, AfterValidator(_checked_phrase)]
Words = Annotated[tuple[Written, ...], Field(strict=False)]
Names = Annotated[tuple[Slug, ...], Field(strict=False)]
Strength = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class NamedRow(Shape):
    id: Slug
    within: Names = ()


class RuleRow(NamedRow):
    gives: Annotated[dict[Slug, Strength], Field(min_length=1)]
    any: Words = ()
    title: Words = ()
    also: Words = ()
    none: Words = ()
    outside: Names = ()


class ExclusionRow(NamedRow):
    any: Annotated[tuple[Written, ...], Field(min_length=1, strict=False)]
    unless: Words = ()


class RulesFile(Shape):
    schema_version: Version
    note: Sentence
    content_discount: Strength
    settings: dict[Slug, Annotated[list[Written], Field(min_length=1)]]
    exclusions: list[Any]
    rules: Annotated[list[Any], Field(min_length=1)]


def load_notice_rules(needs: Collection[str] | None = None, directory: Path | None = None) -> NoticeRules:
    """The rules of `directory`, by default those shipped; `needs` are the slugs they may name, None for any.

    Raises PackError with every problem found: file, entry and reason.
    """
    problems: list[PackProblem] = []
    document = read_yaml((directory or PACK_DIRECTORY) / FILE, name=FILE, problems=problems)
    file = _valid(RulesFile, document, "", problems) if document is not None else None
    if file is None:
        raise PackError(tuple(problems))
    rules = list(_rows(RuleRow, file.rules, "rules", problems))
    exclusions = list(_rows(ExclusionRow, file.exclusions, "exclusions", problems))
    _check_links(file, rules, exclusions, problems)
    _check_needs(rules, needs, problems)
    if problems:
        raise PackError(tuple(problems))
    return _built(file, rules, exclusions)


@cache
def shipped_rules() -> NoticeRules:
    """The rules of this program; the pack in use may lack some of the needs they name."""
    return load_notice_rules()


def _valid(shape: type[Row], value: Any, entry: str, problems: list[PackProblem]) -> Row | None:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        problems.extend(refusals(error, file=FILE, entry=entry))
        return None


def _rows(shape: type[Row], values: list[Any], part: str, problems: list[PackProblem]) -> Iterator[Row]:
    for number, value in enumerate(values, start=1):
        name = value.get("id") if isinstance(value, dict) else None
        row = _valid(shape, value, name if isinstance(name, str) else f"{part} {number}", problems)
        if row is not None:
            yield row


def _check_links(
    file: RulesFile,
    rules: list[RuleRow],
    exclusions: list[ExclusionRow],
    problems: list[PackProblem],
) -> None:
    def note(entry: str, zh: str, en: str) -> None:
        problems.append(PackProblem(FILE, entry, Text(zh=zh, en=en)))

    rows: list[NamedRow] = [*rules, *exclusions]
    for name, count in Counter(row.id for row in rows).items():
        if count > 1:
            note(name, f"标识重复 {count} 次", f"id used {count} times")
    for rule in rules:
        if not (rule.any or rule.title):
            note(rule.id, "any 与 title 至少填一项", "needs a phrase under any or title")
    for row in rows:
        outside = row.outside if isinstance(row, RuleRow) else ()
        for setting in (*row.within, *outside):
            if setting not in file.settings:
                note(row.id, f"没有这个场合：{setting}", f"unknown setting: {setting}")


def _check_needs(rules: list[RuleRow], needs: Collection[str] | None, problems: list[PackProblem]) -> None:
    for rule in rules if needs is not None else ():
        for need in sorted(rule.gives.keys() - set(needs or ())):
            reason = Text(zh=f"没有这个需求：{need}", en=f"unknown need: {need}")
            problems.append(PackProblem(FILE, rule.id, reason))


def _built(file: RulesFile, rules: list[RuleRow], exclusions: list[ExclusionRow]) -> NoticeRules:
    built = tuple(
        Rule(
            row.id,
            dict(row.gives),
            _phrases(row.any),
            _phrases(row.title),
            _phrases(row.also),
            _phrases(row.none),
            frozenset(row.within),
            frozenset(row.outside),
        )
        for row in rules
    )
    excluding = tuple(
        Exclusion(row.id, _phrases(row.any), _phrases(row.unless), frozenset(row.within))
        for row in exclusions
    )
    return NoticeRules(
        settings={name: _phrases(words) for name, words in file.settings.items()},
        exclusions=excluding,
        rules=built,
        content_discount=file.content_discount,
        in_text=PhraseIndex((phrase, place) for place, rule in enumerate(built) for phrase in rule.any),
        in_title=PhraseIndex(
            (phrase, place) for place, rule in enumerate(built) for phrase in (*rule.any, *rule.title)
        ),
        excluded=PhraseIndex((phrase, place) for place, row in enumerate(excluding) for phrase in row.any),
    )


def _phrases(written: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(phrase_of(words) for words in written)
