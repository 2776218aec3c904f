"""When a typed text names one organisation without doubt; all else is a list to choose from."""

from collections.abc import AsyncIterator

import pytest

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.importing import import_organisations
from app.features.registry.lookup import Found, Lookup, Wanted
from app.features.registry.rebuilding import rebuild_index
from app.kit.text import Text
from app.kit.viewer import ANONYMOUS
from search.backends.memory import MemoryEngine
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import HOSPITAL, Row


def _named(name: str, short: str = "", **fields: str) -> Row:
    return {"name": name, "short_names": short, "source": "名单", "name_basis": "observed", **fields}


ROWS = (
    HOSPITAL,
    {**HOSPITAL, "name": "北京朝阳医院", "short_names": ""},
    _named("国家电网有限公司", "国家电网|国网"),
    {**_named("国家电网公司"), "source": "名单;另一份;第三份;第四份;第五份", "code": "1"},
    _named("北京大学", "北大", province="北京市"),
    _named("滑县教育局", province="河南省", city="安阳市", district="滑县"),
    _named("弥勒市卫生健康局", province="云南省", city="红河哈尼族彝族自治州", district="弥勒市"),
    _named("郑州众智科技股份有限公司", province="河南省"),
    _named("沛县张庄镇人民政府", province="江苏省"),
    _named("云南省第一人民医院", province="云南省"),
    _named("杭州市第一人民医院", province="浙江省"),
    _named("荆州区第五人民医院", province="湖北省"),
)


@pytest.fixture
async def session(
    database: Database, catalogue: Catalogue, write_csv: WriteCsv
) -> AsyncIterator[ReadSession]:
    await run_write(database, lambda session: load_into(session, catalogue))
    await import_organisations(database, write_csv(ROWS), catalogue)
    async with database.reading() as session:
        yield session


@pytest.fixture
async def lookup(session: ReadSession, database: Database) -> Lookup:
    engine = MemoryEngine()
    await rebuild_index(database, engine)
    return Lookup(engine, budget_seconds=20)


async def _found(lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str) -> Found:
    found = await lookup.search(session, catalogue, ANONYMOUS, Wanted(typed))
    assert not found.degraded
    return found


@pytest.mark.parametrize("typed", ["朝阳区人民医院", "朝阳区医院", "朝阳人民医院"])
async def test_a_form_made_by_rule_is_not_the_name_of_another_body(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str
) -> None:
    found = await _found(lookup, session, catalogue, typed)
    assert found.lines[0].name == "北京朝阳医院"
    assert (found.certain, found.is_good) == (None, True)


@pytest.mark.parametrize("typed", ["弥勒市卫健局", "弥勒卫健局", "弥勒市卫健委"])
async def test_an_authority_is_known_by_its_short_form(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str
) -> None:
    found = await _found(lookup, session, catalogue, typed)
    assert found.certain is not None
    assert found.certain.name == "弥勒市卫生健康局"


@pytest.mark.parametrize(
    ("typed", "meant"), [("北大", "北京大学"), ("国网", "国家电网有限公司"), ("北医三院", "北京大学第三医院")]
)
async def test_a_curated_short_name_is_meant_whatever_sounds_like_it(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str, meant: str
) -> None:
    found = await _found(lookup, session, catalogue, typed)
    assert found.certain is not None
    assert (found.certain.name, found.certain.why) == (meant, Text(zh="通用简称", en="Common short name"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("华县教育局", "滑县教育局"),
        ("zzzz", "郑州众智科技股份有限公司"),
        ("beijingda", "北京大学"),
        ("第一人民医院", "云南省第一人民医院"),
    ],
)
async def test_what_only_sounds_alike_or_begins_alike_is_not_meant(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str, first: str
) -> None:
    found = await _found(lookup, session, catalogue, typed)
    assert (found.lines[0].name, found.certain) == (first, None)


@pytest.mark.parametrize("typed", ["bei jing da xue di san yi yuan", "bjdxdsyy"])
async def test_letters_that_spell_the_whole_of_one_name_mean_it(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, typed: str
) -> None:
    found = await _found(lookup, session, catalogue, typed)
    assert found.certain is not None
    assert found.certain.name == "北京大学第三医院"


async def test_a_name_that_is_only_like_the_typed_one_says_so(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue
) -> None:
    alike = Text(zh="名称相近", en="Similar name")
    for typed in ("红河州第五人民医院", "朝阳区人民医院"):
        found = await lookup.suggest(session, catalogue, ANONYMOUS, typed)
        assert found.lines
        assert {line.why for line in found.lines if line.name != typed} == {alike}, typed
    found = await lookup.suggest(session, catalogue, ANONYMOUS, "第五人民医院")
    assert [line.why for line in found.lines if line.name == "荆州区第五人民医院"] == [None]
