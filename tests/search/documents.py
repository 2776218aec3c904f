"""Documents and short-cuts of the search tests."""

from collections.abc import Sequence

from search.contract import Document, Hit, SearchEngine, SearchQuery

KIND = "organisation"


def organisation(identity: str, name: str, *, rev: int = 1, **fields: object) -> Document:
    return Document(identity, rev, name, **fields)  # type: ignore[arg-type]


SOME = (
    organisation("pku", "北京大学", filters={"province": "北京市"}, rank=0.7),
    organisation("beida", "北方大学", rank=0.9),
    organisation("puh3", "北京大学第三医院", filters={"province": "北京市"}, rank=0.5),
    organisation("qd8", "青岛市第八人民医院", filters={"province": "山东省"}),
    organisation("qd3", "青岛市第三人民医院", filters={"province": "山东省"}),
    organisation("icbc", "中国工商银行股份有限公司", aliases=("工商银行",), english_name="Bank of Commerce"),
    organisation("tongfang", "同方股份有限公司", former_names=("清华同方",), filters={"province": "北京市"}),
    organisation("huaxing", "华兴（苏州）科技有限公司", filters={"province": "江苏省"}),
    organisation("boc", "中国银行股份有限公司广州分行"),
    organisation("honghe", "红河哈尼族彝族自治州卫生健康委员会", filters={"province": "云南省"}),
    organisation("dahua", "浙江大华技术股份有限公司", filters={"province": "浙江省"}),
    organisation("sx-bj", "阳光实验小学", filters={"province": "北京市"}),
    organisation("sx-js", "阳光实验小学", filters={"province": "江苏省"}),
)


async def found(engine: SearchEngine, text: str, **options: object) -> Sequence[Hit]:
    query = SearchQuery(text, **({"visibility": ("public",)} | options))  # type: ignore[arg-type]
    return (await engine.search(KIND, query)).hits


async def ids(engine: SearchEngine, text: str, **options: object) -> list[str]:
    return [hit.id for hit in await found(engine, text, **options)]


async def begin(engine: SearchEngine) -> None:
    """An empty live index, as the first rebuild of an empty registry leaves it."""
    await (await engine.begin_rebuild(KIND)).publish()


async def write(engine: SearchEngine, *documents: Document) -> None:
    await engine.settle(await engine.upsert(KIND, documents), timeout=60)


async def remove(engine: SearchEngine, *identities: str) -> None:
    await engine.settle(await engine.delete(KIND, identities), timeout=60)
