"""What was only read from the name never looks like a stated fact, on any face."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.importing import import_organisations
from app.kit.ids import stable_id
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.faces import client_of
from tests.features.registry.sample import HOSPITAL, ROWS, UNGRADED

UNGRADED_ID = stable_id("organisation", UNGRADED["name"])
GRADED_ID = stable_id("organisation", HOSPITAL["name"])


@pytest.fixture
async def client(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    await import_organisations(stocked, write_csv([*ROWS, UNGRADED]), catalogue)
    async with client_of(stocked, tmp_path) as client:
        yield client


async def test_lists_leave_a_guessed_level_out(client: httpx.AsyncClient) -> None:
    for typed, grade in ((UNGRADED["name"], None), (HOSPITAL["name"], "三级甲等")):
        found = (await client.get("/api/v1/organisations", params={"q": typed, "limit": 1})).json()
        assert (found["items"][0]["level"] or {}).get("name") == grade, typed
        listed = await client.get("/suggest", params={"q": typed})
        first = listed.text.partition("</li>")[0]
        assert ("三级甲等" in first) is (grade is not None), typed


async def test_the_head_of_the_answer_marks_what_is_guessed(client: httpx.AsyncClient) -> None:
    def head(page: httpx.Response) -> str:
        return page.text.partition("identity__who")[2].partition("</p>")[0]

    guessed = head(await client.get(f"/organisations/{UNGRADED_ID}"))
    assert "三级甲等（推测）" in guessed
    stated = head(await client.get(f"/organisations/{GRADED_ID}"))
    assert "三级甲等" in stated
    assert "三级甲等（推测）" not in stated


async def test_the_details_keep_the_guess_with_its_basis(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/v1/organisations/{UNGRADED_ID}")).json()
    level = answer["recognition"]["level"]
    assert (level["value"], level["basis"]) == ("tertiary_a", "name")


async def test_sources_are_named_in_the_readers_language(client: httpx.AsyncClient) -> None:
    derived = stable_id("organisation", "方山县卫生健康局")
    for language, told in (("zh-CN", "按行政区划组成"), ("en", "composed from the administrative divisions")):
        headers = {"accept-language": language}
        for path in (f"/organisations/{derived}", f"/api/v1/organisations/{derived}"):
            shown = (await client.get(path, headers=headers)).text
            assert told in shown, path
            assert "derived:modood" not in shown, path
    by_hand = await client.get(f"/organisations/{stable_id('organisation', '北京大学')}")
    assert "ToP 团队手工整理" in by_hand.text
    assert "own work" not in by_hand.text
