"""The answer to "what does this customer likely need": one assembly for page, API and command line."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from app.features.knowledge.briefing import Briefing, Predicted, brief
from app.features.knowledge.catalogue import (
    CATEGORY_NAMES,
    Catalogue,
    Category,
    Industry,
    Level,
    Need,
    Outline,
    Regulation,
    SubIndustry,
)
from app.features.knowledge.prediction import predict
from app.features.knowledge.prediction.terms import Profile
from app.features.knowledge.recognise import recognise
from app.features.knowledge.recognition import Reading, Recognition
from app.features.registry.correction import NO_CORRECTION, Correction, corrected
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.queries import comparable_to, organisation_of
from app.features.registry.records import OrganisationLine, OrganisationRecord
from app.kit import clock
from app.kit.text import Text
from app.kit.viewer import Viewer

_STATED = Text(zh="单位库记载", en="stated in the registry")
_READ_ON_IMPORT = Text(zh="录入时由名称推断", en="read from the name when it was imported")
UNKNOWN_INDUSTRY = "other"


@dataclass(frozen=True)
class Answer:
    """`organisation` is None for a name that is in no data; then everything rests on the name."""

    name: str
    organisation: OrganisationRecord | None
    recognition: Recognition
    profile: Profile
    briefing: Briefing
    comparable: tuple[OrganisationLine, ...]
    is_corrected: bool
    industry: Industry | None  # None where it is unknown
    sub_industry: SubIndustry | None
    level: Level | None
    alternatives: tuple[tuple[Industry, Reading], ...]

    @property
    def action(self) -> str:
        """The address of this answer without corrections; a typed name goes in its query."""
        return f"/organisations/{self.organisation.public_id}" if self.organisation else "/recognise"

    @property
    def kind(self) -> tuple[Text, ...]:
        """Sub-industry and level, once where both bear one name; what was only read from the name is
        marked so."""
        is_repeated = self.sub_industry and self.level and self.level.name == self.sub_industry.name
        level = None if is_repeated else self.level
        known = ((self.sub_industry, self.recognition.sub_industry), (level, self.recognition.level))
        return tuple(
            Text(zh=f"{thing.name.zh}（推测）", en=f"{thing.name.en} (inferred)")
            if reading.basis == "name"
            else thing.name
            for thing, reading in known
            if thing and reading
        )

    @cached_property
    def by_category(self) -> tuple[tuple[Category, Text, tuple[Predicted, ...]], ...]:
        """Each category that has any need, with its name."""
        return tuple(
            (category, CATEGORY_NAMES[category], rows)
            for category, rows in self.briefing.by_category.items()
            if rows
        )

    @property
    def top(self) -> tuple[Predicted, ...]:
        return self.briefing.top

    @property
    def regulations(self) -> tuple[tuple[Regulation, tuple[Need, ...]], ...]:
        return self.briefing.regulations

    @property
    def routes(self) -> tuple[tuple[Need, tuple[Outline, ...]], ...]:
        return self.briefing.routes

    @property
    def questions(self) -> tuple[tuple[Need, tuple[Text, ...]], ...]:
        return self.briefing.questions


async def answer_for_organisation(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    public_id: str,
    correction: Correction = NO_CORRECTION,
) -> Answer:
    """Raises NotFound, and Invalid for a correction the catalogue does not know."""
    record = await organisation_of(session, viewer, public_id)
    recognition = _as_recognition(record, catalogue)
    return await _answer(session, catalogue, viewer, record, recognition, correction)


async def answer_for_name(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    name: str,
    correction: Correction = NO_CORRECTION,
) -> Answer:
    """For a name in no data. Raises Invalid for a correction the catalogue does not know."""
    return await _answer(session, catalogue, viewer, None, recognise(name, catalogue), correction)


async def _answer(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    record: OrganisationRecord | None,
    known: Recognition,
    correction: Correction,
) -> Answer:
    recognition = corrected(known, correction, catalogue)
    profile = profile_of(recognition)
    industry = catalogue.industries[recognition.industry.value]
    sub, level = _value(recognition.sub_industry), _value(recognition.level)
    is_unknown = industry.code == UNKNOWN_INDUSTRY and sub is None
    comparable = (
        []
        if is_unknown
        else await comparable_to(
            session, viewer, catalogue, profile, without=record.public_id if record else None
        )
    )
    evidence = await evidence_for(session, viewer, profile, record.id if record else None)
    return Answer(
        name=recognition.name,
        organisation=record,
        recognition=recognition,
        profile=profile,
        briefing=brief(catalogue, profile, predict(catalogue, profile, evidence, today=clock.today())),
        comparable=tuple(comparable),
        is_corrected=recognition != known,
        industry=None if is_unknown else industry,
        sub_industry=next((each for each in industry.sub_industries if each.code == sub), None),
        level=next((each for each in industry.levels if each.code == level), None),
        alternatives=tuple(
            (catalogue.industries[reading.value], reading) for reading in recognition.alternatives
        ),
    )


def profile_of(recognition: Recognition) -> Profile:
    return Profile(
        name=recognition.name,
        industry=recognition.industry.value,
        sub_industry=_value(recognition.sub_industry),
        level=_value(recognition.level),
        province=_value(recognition.province),
        city=_value(recognition.city),
        district=_value(recognition.district),
    )


def _value(reading: Reading | None) -> str | None:
    return reading.value if reading else None


def _as_recognition(record: OrganisationRecord, catalogue: Catalogue) -> Recognition:
    """What the registry states wins; what it read from the name is explained by reading the name again."""
    again = recognise(record.name, catalogue) if record.inferred else None
    industry = _reading(record, "industry", again)
    if industry is None or industry.value not in catalogue.industries:  # the pack dropped the code
        industry = Reading(UNKNOWN_INDUSTRY, 0.0, _STATED, basis="registry")
    return Recognition(
        name=record.name,
        industry=industry,
        sub_industry=_reading(record, "sub_industry", again),
        level=_reading(record, "level", again),
        province=_reading(record, "province", again),
        city=_reading(record, "city", again),
        district=_reading(record, "district", again),
        alternatives=again.alternatives if again and "industry" in record.inferred else (),
    )


def _reading(record: OrganisationRecord, field: str, again: Recognition | None) -> Reading | None:
    value: str | None = getattr(record, field)
    if value is None:
        return None
    confidence = record.inferred.get(field)
    if confidence is None:
        return Reading(value, 1.0, _STATED, basis="registry")
    explained: Reading | None = getattr(again, field, None)
    if explained is not None and explained.value == value:
        return explained
    return Reading(value, confidence, _READ_ON_IMPORT)
