"""What every engine promises."""

import pytest

from search.contract import SearchEngine, SearchQuery, SearchRejected, SearchUnavailable
from tests.search.documents import KIND, found, ids, organisation, write


@pytest.mark.parametrize(
    ("typed", "first", "matched_by"),
    [
        ("北京大学第三医院", "puh3", "exact"),
        ("北京大学第三医院 ", "puh3", "exact"),
        ("中国工商银行", "icbc", "exact"),
        ("靑島市第八人民醫院", "qd8", "exact"),
        ("ＢＡＮＫ of commerce", "icbc", "alias"),
        ("工商银行", "icbc", "alias"),
        ("北大", "pku", "alias"),
        ("工行", "icbc", "alias"),
        ("北医三院", "puh3", "alias"),
        ("红河州卫健委", "honghe", "alias"),
        ("青岛市第8医院", "qd8", "alias"),
        ("清华同方", "tongfang", "former_name"),
        ("清华同方股份有限公司", "tongfang", "former_name"),
        ("华兴科技", "huaxing", "core"),
        ("大华技术", "dahua", "core"),
        ("浙江大华技", "dahua", "prefix"),
        ("学第三医院", "puh3", "contains"),
        ("青岛 八人民", "qd8", "contains"),
        ("青岛市第八人民医完", "qd8", "fuzzy"),
        ("beijingdaxue", "pku", "pinyin"),
        ("qingdaoshidibarenminyiyuan", "qd8", "pinyin"),
        ("zhejiangdahuajishugufenyouxiangongsi", "dahua", "pinyin"),
        ("dahua技术", "dahua", "pinyin"),
        ("bjdxdsyy", "puh3", "initials"),
        ("zjdhjsgfyxgs", "dahua", "initials"),
        ("zgyhgfyxgsgzfh", "boc", "initials"),
        ("zhongguoyinhanggufenyouxiangongsiguangzhoufenhang", "boc", "pinyin"),
    ],
)
async def test_finds_it_first_and_says_why(
    filled: SearchEngine, typed: str, first: str, matched_by: str
) -> None:
    hits = await found(filled, typed)
    assert (hits[0].id, hits[0].matched_by) == (first, matched_by)


async def test_says_which_name_matched_and_where(filled: SearchEngine) -> None:
    by_former_name = (await found(filled, "清华同方"))[0]
    assert (by_former_name.name, by_former_name.matched_text) == ("同方股份有限公司", "清华同方")
    in_the_middle = (await found(filled, "第八人民"))[0]
    assert in_the_middle.highlights == ((3, 7),)


async def test_curated_short_name_outranks_a_rule_and_a_better_known_organisation(
    filled: SearchEngine,
) -> None:
    assert (await ids(filled, "北大"))[:2] == ["pku", "beida"]


async def test_suggests_while_the_last_syllable_is_unfinished(filled: SearchEngine) -> None:
    page = await filled.suggest(KIND, SearchQuery("beijingdaxuedisany", ("public",), limit=3))
    assert page.hits[0].id == "puh3"


async def test_unrelated_text_finds_nothing(filled: SearchEngine) -> None:
    assert await ids(filled, "矿泉水批发") == []


async def test_refuses_a_search_without_a_viewer(filled: SearchEngine) -> None:
    for ask in (filled.search, filled.suggest):
        with pytest.raises(SearchRejected, match="visibility"):
            await ask(KIND, SearchQuery("北大", visibility=()))


async def test_what_a_viewer_may_not_see_is_neither_shown_nor_counted(filled: SearchEngine) -> None:
    await write(filled, organisation("secret", "北京大学保密学院", visibility=("org:7", "staff")))
    for viewer, sees in ((("public",), False), (("public", "org:7"), True), (("org:8",), False)):
        page = await filled.search(KIND, SearchQuery("北京大学保密", viewer))
        assert any(hit.id == "secret" for hit in page.hits) is sees
        assert page.total == len(page.hits)


async def test_filters_narrow_the_result(filled: SearchEngine) -> None:
    assert set(await ids(filled, "阳光实验小学")) >= {"sx-bj", "sx-js"}
    assert await ids(filled, "阳光实验小学", filters={"province": ["江苏省"]}) == ["sx-js"]
    both = await ids(filled, "阳光实验小学", filters={"province": ["江苏省", "北京市"]})
    assert both == ["sx-bj", "sx-js"]


async def test_preference_only_breaks_ties(filled: SearchEngine) -> None:
    for province, first in (("江苏省", "sx-js"), ("北京市", "sx-bj")):
        assert (await ids(filled, "阳光实验小学", prefer={"province": province}))[0] == first
    assert (await ids(filled, "北京大学", prefer={"province": "山东省"}))[0] == "pku"


async def test_a_region_in_the_query_tells_equal_names_apart(filled: SearchEngine) -> None:
    assert (await ids(filled, "江苏阳光实验小学"))[0] == "sx-js"
    assert (await ids(filled, "北京阳光实验小学"))[0] == "sx-bj"


async def test_pages_follow_each_other_without_gap_or_repetition(engine: SearchEngine) -> None:
    await write(engine, *(organisation(f"n{number:03}", f"长江第{number}小学") for number in range(90)))
    seen: list[str] = []
    for offset in range(0, 90, 30):
        page = await engine.search(KIND, SearchQuery("长江", ("public",), limit=30, offset=offset))
        assert page.total == 90
        seen += [hit.id for hit in page.hits]
    assert sorted(seen) == [f"n{number:03}" for number in range(90)]


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, 0), (10, -1), (20, 990)])
async def test_refuses_impossible_pages(filled: SearchEngine, limit: int, offset: int) -> None:
    with pytest.raises(SearchRejected, match=r"limit|offset"):
        await filled.search(KIND, SearchQuery("北大", ("public",), limit=limit, offset=offset))


HOSTILE = [
    "", " ", "\t\n", "\x00", "\x00\x01\x02北大", "\ud800", "北\udfff大", "💥" * 30, "()[]{}", '"',
    "\\", "//", "%",
    "'; DROP TABLE x; --", "<script>alert(1)</script>", "name:北大 AND *", "+北大 -清华", "北大~2 OR 1=1",
    "北" * 10_000, "a" * 10_000, "9" * 64, "\u200b\u200e\ufeff北大", "e\u0301" * 40, "ﷺ", "İstanbul ß ŉ", "༺",
    "（）", "公司", "有限公司", "1", "市", "．．．", "a b c d e f g h", "zzzzqqqqxxxx", "  公司  公司 ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text_is_answered(filled: SearchEngine, text: str) -> None:
    for ask in (filled.search, filled.suggest):
        page = await ask(KIND, SearchQuery(text, ("public",), limit=5))
        assert page.total >= len(page.hits)
        for hit in page.hits:
            assert all(0 <= start < end <= len(hit.name) for start, end in hit.highlights)


async def test_broken_unicode_in_filters_is_refused(filled: SearchEngine) -> None:
    with pytest.raises(SearchRejected, match="filters"):
        await filled.search(KIND, SearchQuery("北大", ("public",), filters={"province": ["\ud800"]}))


async def test_a_kind_that_was_never_built_is_unavailable_not_empty(bare: SearchEngine) -> None:
    assert (await bare.health()).state == "empty"
    for ask in (bare.search, bare.suggest):
        with pytest.raises(SearchUnavailable):
            await ask(KIND, SearchQuery("北大", ("public",)))


async def test_a_few_writes_without_an_index_do_not_pass_for_all(bare: SearchEngine) -> None:
    with pytest.raises(SearchUnavailable, match="no index"):
        await write(bare, organisation("a", "晨光工具厂"))
    health = await bare.health()
    assert (health.state, health.documents.get(KIND, 0)) == ("empty", 0)


async def test_health_counts_documents(filled: SearchEngine) -> None:
    health = await filled.health()
    assert (health.state, health.documents[KIND]) == ("ok", 13)
    await filled.settle(await filled.delete(KIND, ["pku"]), timeout=60)
    assert (await filled.health()).documents[KIND] == 12
