"""Joins the checked rows of both languages into the things of the catalogue."""

from collections.abc import Mapping
from typing import Any

from app.features.knowledge import catalogue as things
from app.features.knowledge.assembling import assemble
from app.features.knowledge.entries import entries_of, version_of
from app.features.knowledge.loading import shapes
from app.features.knowledge.loading.files import PackFiles
from app.kit.text import Text


def build_catalogue(files: PackFiles) -> things.Catalogue:
    """The catalogue of files that passed every check."""
    reasons = files.reasons_english
    parts: dict[str, Any] = {
        "industry": [_industry(row, reasons) for row in files.industries.valid],
        "conflict_rule": [
            things.ConflictRule(rule.pattern, rule.prefer, frozenset(rule.over))
            for rule in files.industries_file.matching.conflict_rules
        ],
        "regulation": [
            _regulation(row, files.regulations_english[row.id]) for row in files.regulations.valid
        ],
        "need": [_need(row, files.needs_english[row.id]) for row in files.needs.valid],
        "outline": [
            _outline(row, files.solutions_english[row.id], files.when_not_to[row.id])
            for row in files.solutions.valid
        ],
        "prior": [_prior(row, reasons) for row in files.mappings.valid],
        "region_hint": [_region_hint(row, reasons) for row in files.region_hints.valid],
        "notes": [_notes(files)],
    }
    version = version_of((entry.kind, entry.slug, entry.digest) for entry in entries_of(parts))
    return assemble(parts, version=version)


def _texts(chinese: list[str], english: list[str]) -> tuple[Text, ...]:
    return tuple(Text(zh=zh, en=en) for zh, en in zip(chinese, english, strict=True))


def _translated(chinese: str, reasons: Mapping[str, str]) -> Text:
    return Text(zh=chinese, en=reasons[chinese])


def _industry(row: shapes.IndustryRow, reasons: Mapping[str, str]) -> things.Industry:
    return things.Industry(
        code=row.code,
        name=Text(zh=row.name_zh, en=row.name_en),
        sub_industries=tuple(
            things.SubIndustry(sub.code, Text(zh=sub.name_zh, en=sub.name_en), tuple(sub.patterns))
            for sub in row.sub_industries
        ),
        levels=tuple(
            things.Level(
                level.level,
                _translated(level.name_zh, reasons),
                tuple(level.patterns),
                _translated(level.note, reasons) if level.note else None,
            )
            for level in row.level_markers
        ),
        name_patterns=tuple(things.NamePattern(name.pattern, name.weight) for name in row.name_patterns),
    )


def _regulation(row: shapes.RegulationRow, english: shapes.RegulationEnglish | None) -> things.Regulation:
    assert english is not None
    return things.Regulation(
        slug=row.id,
        title=Text(zh=row.title_zh, en=row.title_en),
        number=Text(zh=row.number, en=english.number) if row.number and english.number else None,
        issuer=Text(zh=row.issuer, en=english.issuer),
        kind=row.kind,
        effective_date=row.effective_date,
        date_kind=row.date_kind,
        date_approximate=row.date_approximate,
        industries=frozenset(row.industries),
        sub_industries=frozenset(row.sub_industries),
        applies_to=Text(zh=row.applies_to, en=english.applies_to),
        obligation=Text(zh=row.obligation, en=english.obligation),
        confidence=row.confidence,
        verified_by=row.verified_by,
        note=Text(zh=row.note, en=english.note) if row.note and english.note else None,
        source_url=row.source_url,
    )


def _need(row: shapes.NeedRow, english: shapes.NeedEnglish | None) -> things.Need:
    assert english is not None
    return things.Need(
        slug=row.id,
        title=Text(zh=row.title_zh, en=row.title_en),
        category=row.category,
        description=Text(zh=row.description, en=english.description),
        drivers=tuple(row.driver_regulations),
        budget_low=row.budget_cny.low,
        budget_high=row.budget_cny.high,
        buying_triggers=_texts(row.buying_trigger, english.buying_trigger),
        owner_role=Text(zh=row.owner_role, en=english.owner_role),
        discovery_questions=_texts(row.discovery_questions, english.discovery_questions),
        keywords=tuple(dict.fromkeys((*row.keywords, *english.keywords))),
    )


def _outline(
    row: shapes.SolutionRow, english: shapes.SolutionEnglish | None, when_not_to: list[str]
) -> things.Outline:
    assert english is not None
    scene, told = row.typical_case, english.typical_case
    return things.Outline(
        slug=row.id,
        title=Text(zh=row.title_zh, en=row.title_en),
        needs=tuple(row.need_ids),
        steps=_texts(row.outline, english.outline),
        delivery_checklist=_texts(row.delivery_checklist, english.delivery_checklist),
        common_pitfalls=_texts(row.common_pitfalls, english.common_pitfalls),
        comparison_criteria=_texts(row.comparison_criteria, english.comparison_criteria),
        when_not_to=_texts(when_not_to, english.when_not_to),
        rough_effort=Text(zh=row.rough_effort.text, en=english.rough_effort),
        typical_case=things.TypicalCase(
            industry=scene.industry,
            region_type=Text(zh=scene.region_type, en=told.region_type),
            what_was_done=Text(zh=scene.what_was_done, en=told.what_was_done),
            result=Text(zh=scene.result, en=told.result),
        ),
    )


def _prior(row: shapes.MappingRow, reasons: Mapping[str, str]) -> things.Prior:
    return things.Prior(
        row.industry, row.need, row.weight, _translated(row.reason, reasons), row.sub_industry, row.level
    )


def _region_hint(row: shapes.RegionHintRow, reasons: Mapping[str, str]) -> things.RegionHint:
    reason = _translated(row.reason, reasons)
    return things.RegionHint(row.pattern, row.need, row.weight_delta, reason, frozenset(row.industries))


def _notes(files: PackFiles) -> things.PackNotes:
    reasons = files.reasons_english
    return things.PackNotes(
        as_of=files.regulations_file.as_of,
        budget=_translated(files.needs_file.budget_note, reasons),
        case=_translated(files.solutions_file.case_note, reasons),
        weight=_translated(files.industry_needs_file.weight_note, reasons),
        region=_translated(files.industry_needs_file.region_note, reasons),
        regulations=_translated(files.regulations_file.disclaimer, reasons),
        evaluation_method=tuple(
            _translated(line, reasons) for line in files.solutions_file.evaluation_method
        ),
    )
