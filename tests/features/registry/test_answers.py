"""One answer for every face: the registry wins over the name, the reader over both."""

from collections.abc import AsyncIterator

import pytest

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.correction import NO_CORRECTION, Correction
from app.features.registry.importing import import_organisations
from app.kit.errors import Invalid, NotFound
from app.kit.ids import stable_id
from app.kit.viewer import ANONYMOUS
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import ROWS

HOSPITAL = stable_id("organisation", "北京大学第三医院")


@pytest.fixture
async def session(sqlite_url: str, catalogue: Catalogue, write_csv: WriteCsv) -> AsyncIterator[ReadSession]:
    database = Database(sqlite_url)
    await run_write(database, lambda session: load_into(session, catalogue))
    await import_organisations(database, write_csv(ROWS), catalogue)
    async with database.reading() as session:
        yield session
    await database.close()


@pytest.fixture
def ask(session: ReadSession, catalogue: Catalogue) -> "Ask":
    return Ask(session, catalogue)


class Ask:
    def __init__(self, session: ReadSession, catalogue: Catalogue) -> None:
        self._session, self._catalogue = session, catalogue

    async def by_id(self, public_id: str, correction: Correction = NO_CORRECTION) -> Answer:
        return await answer_for_organisation(self._session, self._catalogue, ANONYMOUS, public_id, correction)

    async def by_name(self, name: str, correction: Correction = NO_CORRECTION) -> Answer:
        return await answer_for_name(self._session, self._catalogue, ANONYMOUS, name, correction)


async def test_what_the_registry_states_is_said_to_be_stated(ask: Ask) -> None:
    answer = await ask.by_id(HOSPITAL)
    recognition = answer.recognition
    assert (recognition.industry.value, recognition.industry.basis) == ("healthcare", "registry")
    assert recognition.level is not None
    assert (recognition.level.value, recognition.level.basis) == ("tertiary_a", "registry")
    assert answer.level is not None
    assert answer.level.code == "tertiary_a"
    assert answer.action == f"/organisations/{HOSPITAL}"
    assert not answer.is_corrected
    assert len(answer.briefing.top) == 3
    assert HOSPITAL not in {line.public_id for line in answer.comparable}


async def test_what_was_read_from_the_name_says_so_with_its_rule(ask: Ask) -> None:
    answer = await ask.by_id(stable_id("organisation", "方山县财政局"))
    assert answer.recognition.industry.basis == "name"
    assert answer.recognition.industry.confidence < 1
    assert "财政" in answer.recognition.industry.rule.zh


async def test_a_name_in_no_data_is_answered_alike(ask: Ask) -> None:
    answer = await ask.by_name("红河州第五人民医院")
    assert answer.organisation is None
    assert answer.action == "/recognise"
    assert answer.recognition.industry.value == "healthcare"
    assert answer.recognition.province is not None
    assert answer.recognition.province.value == "云南省"
    assert answer.briefing.predictions


async def test_a_kind_and_level_of_one_name_are_said_once(ask: Ask) -> None:
    school = await ask.by_name("昆明市第三中学")
    assert school.sub_industry is not None
    assert school.level is not None
    assert school.sub_industry.name == school.level.name
    assert [text.zh for text in school.kind] == ["中小学（推测）"]


async def test_an_unknown_industry_is_not_named_as_one(ask: Ask) -> None:
    assert (await ask.by_name("长风万里")).industry is None
    assert (await ask.by_id(stable_id("organisation", "长风万里文化"))).name == "长风万里文化"


async def test_the_readers_correction_changes_this_answer_alone(ask: Ask) -> None:
    before = await ask.by_id(HOSPITAL)
    corrected = await ask.by_id(HOSPITAL, Correction(industry="education", province="四川省"))
    assert corrected.is_corrected
    assert (corrected.recognition.industry.value, corrected.recognition.industry.basis) == (
        "education",
        "reader",
    )
    assert corrected.recognition.province is not None
    assert corrected.recognition.province.value == "四川省"
    assert corrected.recognition.city is None  # Beijing is no city of Sichuan
    assert corrected.recognition.level is None  # no grade of a hospital
    assert corrected.briefing.top != before.briefing.top
    assert await ask.by_id(HOSPITAL) == before


async def test_sending_the_form_unchanged_corrects_nothing(ask: Ask) -> None:
    known = (await ask.by_id(HOSPITAL)).recognition
    assert known.sub_industry is not None
    assert known.level is not None
    same = Correction("healthcare", known.sub_industry.value, known.level.value, "北京市")
    assert not (await ask.by_id(HOSPITAL, same)).is_corrected


async def test_the_old_codes_of_an_industry_just_left_do_not_get_in_the_way(ask: Ask) -> None:
    answer = await ask.by_id(HOSPITAL, Correction("education", "tertiary_hospital", "tertiary_a", "北京市"))
    assert answer.recognition.industry.value == "education"
    assert (answer.recognition.sub_industry, answer.recognition.level) == (None, None)


@pytest.mark.parametrize("field", ["sub_industry", "level", "province"])
async def test_a_reader_may_be_unsure(ask: Ask, field: str) -> None:
    answer = await ask.by_id(HOSPITAL, Correction(**{field: ""}))
    assert getattr(answer.recognition, field) is None
    assert answer.recognition.industry.value == "healthcare"
    assert answer.is_corrected


async def test_a_reader_may_be_unsure_of_the_industry(ask: Ask) -> None:
    answer = await ask.by_id(HOSPITAL, Correction(industry="", sub_industry="tertiary_hospital"))
    assert answer.recognition.industry.value == "other"
    assert (answer.industry, answer.sub_industry, answer.level) == (None, None, None)
    assert answer.is_corrected
    unknown = await ask.by_name("长风万里", Correction(industry=""))
    assert not unknown.is_corrected


@pytest.mark.parametrize(
    ("correction", "field", "accepted"),
    [
        (Correction(industry="medicine"), "industry", "healthcare"),
        (Correction(sub_industry="bank"), "sub_industry", "tertiary_hospital"),
        (Correction(level="5a"), "level", "tertiary_a"),
        (Correction(province="Texas"), "province", "北京市"),
        (Correction(industry="x' OR 1=1"), "industry", "healthcare"),
    ],
)
async def test_what_the_catalogue_does_not_know_is_refused_with_the_choices(
    ask: Ask, correction: Correction, field: str, accepted: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await ask.by_id(HOSPITAL, correction)
    assert refused.value.field == field
    assert accepted in refused.value.message.en


async def test_an_unknown_organisation_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound):
        await ask.by_id("nobody")
