"""What every engine promises about writes, deletions and rebuilds."""

import pytest

from search.contract import Document, SearchEngine, SearchRejected
from tests.search.documents import KIND, ids, organisation, remove, write

NAMES = {1: "晨光工具厂", 2: "晨星工具厂", 3: "晨雾工具厂"}


async def test_a_late_write_never_wins(engine: SearchEngine) -> None:
    await write(engine, organisation("a", NAMES[2], rev=2))
    await write(engine, organisation("a", NAMES[1], rev=1))
    assert await ids(engine, NAMES[2]) == ["a"]
    await write(engine, organisation("a", NAMES[3], rev=3))
    assert (await engine.health()).documents[KIND] == 1
    assert await ids(engine, "晨雾") == ["a"]
    assert await ids(engine, "晨星") == []


async def test_the_highest_rev_of_one_batch_wins(engine: SearchEngine) -> None:
    await write(engine, *(organisation("a", NAMES[rev], rev=rev) for rev in (2, 3, 1)))
    assert await ids(engine, "晨雾") == ["a"]
    assert (await engine.health()).documents[KIND] == 1


async def test_writing_the_same_again_changes_nothing(engine: SearchEngine) -> None:
    for _ in range(2):
        await write(engine, organisation("a", NAMES[1]))
    assert await ids(engine, "晨光") == ["a"]
    assert (await engine.health()).documents[KIND] == 1


async def test_a_late_write_does_not_bring_a_deleted_document_back(engine: SearchEngine) -> None:
    await write(engine, organisation("a", NAMES[2], rev=2))
    await remove(engine, "a", "never-there")
    for rev in (1, 2):
        await write(engine, organisation("a", NAMES[rev], rev=rev))
    assert await ids(engine, NAMES[2]) == []
    await write(engine, organisation("a", NAMES[3], rev=3))
    assert await ids(engine, NAMES[3]) == ["a"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (organisation("", "晨光"), "id"),
        (organisation("a", " "), "name"),
        (organisation("a", "晨\ud800光"), "names"),
        (organisation("a", "晨光", rev=-1), "rev"),
        (organisation("a", "晨光", rank=1.5), "rank"),
        (organisation("a", "晨光", rank=float("nan")), "rank"),
        (organisation("a", "晨光", filters={"x": "\ud800"}), "filters"),
    ],
)
async def test_refuses_documents_it_could_not_index(
    engine: SearchEngine, document: Document, field: str
) -> None:
    with pytest.raises(SearchRejected, match=field):
        await engine.upsert(KIND, [organisation("good", "晨光"), document])
    rebuild = await engine.begin_rebuild(KIND)
    with pytest.raises(SearchRejected, match=field):
        await rebuild.add([document])
    await rebuild.abort()


async def test_a_rebuild_is_seen_only_when_published(filled: SearchEngine) -> None:
    rebuild = await filled.begin_rebuild(KIND)
    await rebuild.add([organisation("new", NAMES[1])])
    assert await ids(filled, NAMES[1]) == []
    assert (await ids(filled, "北大"))[0] == "pku"
    await rebuild.publish()
    assert await ids(filled, NAMES[1]) == ["new"]
    assert await ids(filled, "北大") == []


async def test_an_aborted_rebuild_leaves_no_trace(filled: SearchEngine) -> None:
    rebuild = await filled.begin_rebuild(KIND)
    await rebuild.add([organisation("new", NAMES[1])])
    await rebuild.abort()
    assert await ids(filled, NAMES[1]) == []
    assert (await ids(filled, "北大"))[0] == "pku"


async def test_writes_during_a_rebuild_are_carried_over(engine: SearchEngine) -> None:
    await write(engine, organisation("changed", NAMES[1]), organisation("gone", NAMES[2]))
    rebuild = await engine.begin_rebuild(KIND)
    await write(engine, organisation("changed", NAMES[3], rev=2), organisation("added", "暮光商店"))
    await remove(engine, "gone")
    await rebuild.add([organisation("changed", NAMES[1]), organisation("gone", NAMES[2])])
    await rebuild.publish()
    assert await ids(engine, "晨雾") == ["changed"]
    assert await ids(engine, "暮光商店") == ["added"]
    assert "gone" not in await ids(engine, NAMES[2])
    assert (await engine.health()).documents[KIND] == 2
    await write(engine, organisation("gone", NAMES[2]))
    assert "gone" not in await ids(engine, NAMES[2])


async def test_a_rebuild_keeps_the_highest_rev_of_a_repeated_document(engine: SearchEngine) -> None:
    rebuild = await engine.begin_rebuild(KIND)
    for rev in (2, 3, 1):
        await rebuild.add([organisation("a", NAMES[rev], rev=rev)])
    await rebuild.publish()
    assert await ids(engine, "晨雾") == ["a"]
    assert (await engine.health()).documents[KIND] == 1
