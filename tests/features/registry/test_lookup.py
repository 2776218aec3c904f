"""Looking up through the real engine, and by SQL while it is away: the same shape either way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.breaker import FAILURES, Breaker
from app.features.registry.lookup import Found, Lookup, Wanted
from app.features.registry.models import Organisation
from app.features.registry.rebuilding import rebuild_index
from app.kit.viewer import ANONYMOUS
from search import build_engine
from search.contract import SearchEngine
from tests.features.registry.engines import AbsentEngine, HangingEngine

BY_SQL = (
    ("北京大学第三医院", "北京大学第三医院", "exact"),
    (["靑海", "北医三院"][1], "北京大学第三医院", "alias"),
    ("ICBC", "中国工商银行股份有限公司", "alias"),
    ("四川大学", "四川大学华西医院", "prefix"),
    ("bjdxdy", "北京大学第一医院", "initials"),
    ("中国工商银行", "中国工商银行股份有限公司", "core"),
)


@pytest.fixture
async def engine(stocked: Database, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    engine = build_engine(tmp_path / "search")
    await rebuild_index(stocked, engine)
    yield engine
    await engine.close()


async def search(
    lookup: Lookup, session: ReadSession, catalogue: Catalogue, text: str, **more: object
) -> Found:
    return await lookup.search(session, catalogue, ANONYMOUS, Wanted(text, **more))  # type: ignore[arg-type]


def names(found: Found) -> list[str]:
    return [line.name for line in found.lines]


async def test_the_engine_finds_and_says_why(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue
) -> None:
    found = await search(Lookup(engine), session, catalogue, "北京大學第三醫院")
    assert not found.degraded
    assert found.certain is not None
    assert (found.certain.name, found.certain.matched_by) == ("北京大学第三医院", "exact")
    assert found.certain.highlights == ((0, 8),)
    short = await search(Lookup(engine), session, catalogue, "华西医院")
    assert short.certain is not None
    assert (short.certain.name, short.certain.matched_by) == ("四川大学华西医院", "alias")
    assert short.certain.why is not None


async def test_one_name_in_two_places_is_told_apart_and_not_decided(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue
) -> None:
    found = await search(Lookup(engine), session, catalogue, "实验小学")
    assert found.certain is None
    assert found.is_good
    assert {line.place for line in found.lines[:2]} == {"辽宁省 本溪市 南芬区", "四川省 成都市 青羊区"}


async def test_a_name_in_no_data_is_not_answered_by_its_neighbours(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue
) -> None:
    for typed in ("北京大学第五医院", "上海市第三医院", "阿勒泰地区卫生健康局"):
        found = await search(Lookup(engine), session, catalogue, typed)
        assert not found.is_good, (typed, found.lines)
    typing_mistake = await search(Lookup(engine), session, catalogue, "北京大学第三医完")
    assert typing_mistake.is_good
    assert typing_mistake.certain is None
    assert names(typing_mistake)[0] == "北京大学第三医院"


async def test_filters_narrow_and_pages_continue(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue
) -> None:
    lookup = Lookup(engine)
    hospitals = await search(lookup, session, catalogue, "大学", industry="healthcare")
    assert hospitals.lines
    assert {line.industry_code for line in hospitals.lines} == {"healthcare"}
    second = await search(lookup, session, catalogue, "大学", limit=1, offset=1)
    assert names(second) == names(await search(lookup, session, catalogue, "大学"))[1:2]


@pytest.mark.parametrize("change", ["gone", "closed"])
async def test_the_database_decides_what_a_stale_index_proposes(
    engine: SearchEngine, stocked: Database, catalogue: Catalogue, change: str
) -> None:
    hospital = Organisation.name == "北京大学第三医院"
    statement = (
        delete(Organisation).where(hospital)
        if change == "gone"
        else update(Organisation).where(hospital).values(status="closed")
    )
    await run_write(stocked, lambda session: session.execute(statement))
    async with stocked.reading() as session:
        found = await search(Lookup(engine), session, catalogue, "北京大学第三医院")
    assert "北京大学第三医院" not in names(found)
    assert found.certain is None


async def test_sql_answers_while_the_engine_is_away(session: ReadSession, catalogue: Catalogue) -> None:
    for typed, first, why in BY_SQL:
        found = await search(Lookup(AbsentEngine()), session, catalogue, typed)
        assert found.degraded
        assert (names(found)[0], found.lines[0].matched_by) == (first, why), typed


async def test_sql_narrows_and_knows_no_organisation_twice(
    session: ReadSession, catalogue: Catalogue
) -> None:
    found = await search(Lookup(AbsentEngine()), session, catalogue, "北京大学", industry="healthcare")
    assert len(names(found)) == len(set(names(found))) == 3
    assert await search(Lookup(AbsentEngine()), session, catalogue, "%_' OR 1=1") == Found(
        (), 0, True, None, False, True
    )


async def test_an_engine_that_hangs_is_left_behind_in_time(
    session: ReadSession, catalogue: Catalogue
) -> None:
    engine = HangingEngine()
    lookup = Lookup(engine, budget_seconds=0.01)
    for _ in range(FAILURES + 3):
        found = await lookup.suggest(session, catalogue, ANONYMOUS, "北京大学")
        assert found.degraded
        assert names(found)[0] == "北京大学"
    assert engine.asked == FAILURES  # then nobody waits any more


async def test_an_engine_that_is_back_is_used_again(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue
) -> None:
    now = [0.0]
    breaker = Breaker(now=lambda: now[0])
    for _ in range(FAILURES):
        breaker.failed()
    lookup = Lookup(engine, breaker=breaker)
    assert (await search(lookup, session, catalogue, "北京大学")).degraded
    now[0] = 60.0
    assert not (await search(lookup, session, catalogue, "北京大学")).degraded


async def test_a_probe_that_ends_in_a_surprise_is_not_the_last(
    engine: SearchEngine, session: ReadSession, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    breaker = Breaker(now=lambda: now[0])
    for _ in range(FAILURES):
        breaker.failed()
    now[0] = 60.0
    lookup = Lookup(engine, breaker=breaker)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "search", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await search(lookup, session, catalogue, "北京大学")
    assert not (await search(lookup, session, catalogue, "北京大学")).degraded
