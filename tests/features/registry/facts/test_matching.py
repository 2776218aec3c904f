"""A party is one organisation or none: exact names, place among equals, never a guess."""

import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.matching import Bearer, Matcher, Outcome, Party, choose
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation
from search.analysis.normalise import normalise
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import Row

KUNMING = {"province": "云南省", "city": "昆明市"}


def _row(name: str, **fields: str) -> Row:
    return {"name": name, "source": "名单", "name_basis": "observed", "region_basis": "source"} | fields


BEARERS: list[Row] = [
    _row("云山省立医院", short_names="省立医院", province="云南省", city="昆明市"),
    _row("青石第一中学", province="云南省", city="昆明市"),
    _row("第一中学", province="云南省", city="昆明市"),
    _row("第一中学", province="云南省", city="曲靖市"),
    _row("第一中学", province="四川省", city="成都市"),
    _row("希望小学", province="云南省", city="昆明市"),
    _row("长风万里科技有限公司", short_names="长风", province="云南省", city="昆明市"),
    _row("长风万里科技有限公司大理分公司", province="云南省", city="大理白族自治州"),
    _row("云山卫生健康局甲", short_names="云山卫健局", name_basis="derived", province="云南省"),
    _row("云山卫生健康局乙", short_names="云山卫健局", name_basis="derived", province="云南省"),
    _row("某名单大学", province="云南省", code="moe:4153010001"),
]


@pytest.fixture
async def named(stocked: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Database:
    await import_organisations(stocked, write_csv(BEARERS), catalogue)
    return stocked


async def found(database: Database, *parties: Party) -> list[tuple[str, str | None, str | None]]:
    """State, and the name and city of the organisation."""
    async with database.reading() as session:
        outcomes = await Matcher().match(session, parties)
        columns = select(Organisation.id, Organisation.name, Organisation.city)
        names = {row.id: row for row in await session.execute(columns)}
    matched = [names.get(one.organisation_id) for one in outcomes]
    return [
        (one.state, row.name if row else None, row.city if row else None)
        for one, row in zip(outcomes, matched, strict=True)
    ]


async def state(database: Database, name: str, province: str = "", city: str = "") -> str:
    ((told, _, _),) = await found(database, Party(name, province, city))
    return told


async def test_a_name_in_another_spelling_is_the_same_name(named: Database) -> None:
    parties = [Party("北京大学第三医院"), Party("北京大學 第三醫院"), Party("北医三院", "北京市")]
    for told in await found(named, *parties):
        assert told == ("matched", "北京大学第三医院", "北京市")


async def test_nothing_is_fuzzy(named: Database) -> None:
    for name in ("北京大学第三医院分院", "北京大学三医院", "大学第三医院", "", "院", "长风万里科技"):
        assert await state(named, name) == "unknown"


async def test_a_branch_is_not_its_head_office(named: Database) -> None:
    branch, head, other = await found(
        named,
        Party("长风万里科技有限公司大理分公司"),
        Party("长风万里科技有限公司"),
        Party("长风万里科技有限公司玉溪分公司"),
    )
    assert branch[1] == "长风万里科技有限公司大理分公司"
    assert head[1] == "长风万里科技有限公司"
    assert other == ("unknown", None, None)
    assert await state(named, "长风万里科技有限公司", "四川省") == "ambiguous"  # perhaps its branch there


async def test_the_place_decides_among_equals(named: Database) -> None:
    assert (await found(named, Party("第一中学", **KUNMING)))[0] == ("matched", "第一中学", "昆明市")
    assert (await found(named, Party("第一中学", "四川省")))[0] == ("matched", "第一中学", "成都市")
    assert await state(named, "第一中学", "云南省") == "ambiguous"
    assert await state(named, "第一中学", "云南省", "玉溪市") == "ambiguous"
    assert await state(named, "第一中学") == "ambiguous"


async def test_a_name_that_could_be_anybodys_needs_its_place(named: Database) -> None:
    assert await state(named, "希望小学") == "ambiguous"
    assert await state(named, "希望小学", "四川省") == "ambiguous"
    assert await state(named, "希望小学", "云南省", "曲靖市") == "ambiguous"
    assert await state(named, "希望小学", **KUNMING) == "matched"


async def test_a_name_that_is_one_of_its_kind_needs_no_place(named: Database) -> None:
    # A company, a name with its place in it, one of a national list.
    assert await state(named, "长风万里科技有限公司") == "matched"
    assert await state(named, "北京大学第三医院", "河北省", "保定市") == "matched"
    assert await state(named, "某名单大学", "四川省") == "matched"


async def test_a_short_name_is_believed_at_home(named: Database) -> None:
    assert await state(named, "省立医院", "四川省") == "ambiguous"
    assert await state(named, "省立医院", **KUNMING) == "matched"
    assert await state(named, "长风", "云南省") == "matched"
    assert await state(named, "长风") == "ambiguous"
    assert await state(named, "工行", "云南省") == "ambiguous"


async def test_a_derived_short_form_of_several_is_ambiguous(named: Database) -> None:
    assert await state(named, "云山卫健局", "云南省") == "ambiguous"


def test_a_proper_name_goes_before_a_short_one() -> None:
    own = Bearer(1, "name", "云南省", "昆明市", has_code=False)
    short = Bearer(2, "alias", "云南省", "昆明市", has_code=False)
    party = Party("云南长风", **KUNMING)
    assert choose(party, normalise(party.name), [short, own]) == Outcome("matched", 1)
    twice = [Bearer(1, "alias", "云南省", "昆明市", False), Bearer(1, "former", "云南省", "昆明市", False)]
    assert choose(party, normalise(party.name), twice) == Outcome("matched", 1)
