"""From an answer to its JSON form."""

from collections.abc import Mapping
from typing import Any

from app.features.knowledge.catalogue import Catalogue, Need, Outline, Regulation
from app.features.knowledge.prediction.terms import Prediction
from app.features.knowledge.recognition import Reading, Recognition
from app.features.knowledge.schemas import Budget, CodedName, notes_out, reference, regulation_summary, texts
from app.features.registry import schemas
from app.features.registry.answers import Answer
from app.features.registry.brief.links import links_of
from app.features.registry.correction import NO_CORRECTION, Correction
from app.features.registry.records import OrganisationLine
from app.kit.text import Language, Text


def line_out(line: OrganisationLine, language: Language) -> schemas.OrganisationItem:
    return schemas.OrganisationItem(
        id=line.public_id,
        name=line.name,
        matched_by=line.matched_by,
        provenance=line.provenance,
        industry=_coded(line.industry_code, line.industry, language),
        level=_coded(line.level_code, line.level, language),
        province=line.province,
        city=line.city,
        district=line.district,
    )


def answer_out(
    answer: Answer,
    catalogue: Catalogue,
    language: Language,
    *,
    related: Mapping[str, Any],
    correction: Correction = NO_CORRECTION,
) -> schemas.AnswerOut:
    """`related` holds what panels know of the organisation, by their key; `correction` made the answer."""
    links = links_of(answer, correction)
    organisation, briefing = answer.organisation, answer.briefing
    return schemas.AnswerOut(
        id=organisation.public_id if organisation else None,
        name=answer.name,
        provenance=organisation.provenance if organisation else None,
        provenance_words=organisation.provenance_words.in_language(language) if organisation else None,
        aliases=list(organisation.aliases) if organisation else [],
        sources=texts(organisation.sources, language) if organisation else [],
        recognition=recognition_out(answer.recognition, catalogue, language),
        is_corrected=answer.is_corrected,
        needs=needs_out(briefing.predictions, catalogue, language),
        regulations=[_regulation_out(*pair, language) for pair in briefing.regulations],
        routes=[
            schemas.RouteOut(
                need=need.slug,
                outlines=[_route_out(one, one.slug in briefing.borrowed, language) for one in outlines],
            )
            for need, outlines in briefing.routes
        ],
        questions=[
            schemas.QuestionsOut(need=need.slug, questions=texts(questions, language))
            for need, questions in briefing.questions
        ],
        comparable=[line_out(line, language) for line in answer.comparable],
        notes=notes_out(briefing.notes, language),
        links=schemas.LinksOut(answer=links.answer, brief=links.brief, brief_docx=links.docx),
        related=dict(related),
    )


def needs_out(
    predictions: tuple[Prediction, ...], catalogue: Catalogue, language: Language
) -> list[schemas.NeedOut]:
    return [_need_out(catalogue.needs[each.need], each, language) for each in predictions]


def _need_out(need: Need, prediction: Prediction, language: Language) -> schemas.NeedOut:
    return schemas.NeedOut(
        slug=need.slug,
        title=need.title.in_language(language),
        category=need.category,
        category_name=need.category_name.in_language(language),
        likelihood=round(prediction.likelihood, 4),
        word=prediction.word,
        label=prediction.label.in_language(language),
        confidence=prediction.confidence,
        reasons=[
            schemas.ReasonOut(
                kind=reason.kind,
                text=reason.text.in_language(language),
                effect=round(reason.effect, 4),
                numbers=dict(reason.numbers),
                regulation=reason.regulation,
                href=reason.href,
            )
            for reason in prediction.reasons
        ],
        would_change=texts(prediction.would_change, language),
        budget=Budget(low=need.budget_low, high=need.budget_high),
        buying_triggers=texts(need.buying_triggers, language),
        owner_role=need.owner_role.in_language(language),
    )


def _route_out(outline: Outline, borrowed: bool, language: Language) -> schemas.RouteOutline:
    return schemas.RouteOutline(
        **reference(outline, language).model_dump(),
        borrowed=borrowed,
        when_not_to=texts(outline.when_not_to, language),
        rough_effort=outline.rough_effort.in_language(language),
    )


def _regulation_out(
    regulation: Regulation, needs: tuple[Need, ...], language: Language
) -> schemas.RegulationOut:
    return schemas.RegulationOut(
        **regulation_summary(regulation, language).model_dump(),
        obligation=regulation.obligation.in_language(language),
        drives=[need.slug for need in needs],
    )


def recognition_out(
    recognition: Recognition, catalogue: Catalogue, language: Language
) -> schemas.RecognitionOut:
    industry = catalogue.industries[recognition.industry.value]
    subs = {sub.code: sub.name for sub in industry.sub_industries}
    levels = {level.code: level.name for level in industry.levels}
    known = _reading_out(recognition.industry, {industry.code: industry.name}, language)
    assert known is not None
    return schemas.RecognitionOut(
        industry=known,
        sub_industry=_reading_out(recognition.sub_industry, subs, language),
        level=_reading_out(recognition.level, levels, language),
        province=_reading_out(recognition.province, {}, language),
        city=_reading_out(recognition.city, {}, language),
        district=_reading_out(recognition.district, {}, language),
        alternatives=[
            schemas.AlternativeOut(
                code=reading.value,
                name=catalogue.industries[reading.value].name.in_language(language),
                confidence=reading.confidence,
            )
            for reading in recognition.alternatives
        ],
    )


def _reading_out(
    reading: Reading | None, names: dict[str, Text], language: Language
) -> schemas.ReadingOut | None:
    if reading is None:
        return None
    name = names.get(reading.value)
    return schemas.ReadingOut(
        value=reading.value,
        name=name.in_language(language) if name else reading.value,
        confidence=reading.confidence,
        basis=reading.basis,
        rule=reading.rule.in_language(language),
    )


def _coded(code: str | None, name: Text | None, language: Language) -> CodedName | None:
    return CodedName(code=code, name=name.in_language(language)) if code and name else None
