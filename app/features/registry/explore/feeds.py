"""New public facts as a feed."""

from collections.abc import Sequence

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore.filters import Filters, address
from app.features.registry.explore.views import value_name
from app.features.registry.facts.records import FactRecord
from app.kit.text import Language, Text
from app.web.feeds import Feed, FeedItem
from app.web.formats import amount

_TITLE = Text(zh="ToP 公开事实", en="ToP public facts")
_ABOUT = Text(
    zh="来自公开采购公告的事实：谁在什么时候有过什么需求。",
    en="Facts from public procurement notices: who had which need, and when.",
)
_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def feed_of(
    facts: Sequence[FactRecord], filters: Filters, catalogue: Catalogue, language: Language, *, base: str
) -> Feed:
    """`base` is the public address of this installation, without a slash at its end."""
    chosen = [value_name(name, filters, catalogue).in_language(language) for name in filters.as_query()]
    return Feed(
        title=" · ".join([_TITLE.in_language(language), *chosen]),
        description=_ABOUT.in_language(language),
        link=base + address("/explore/facts", filters),
        own_link=base + address("/explore/facts.rss", filters),
        language=_LANGUAGES[language],
        items=[_item(fact, catalogue, language, base) for fact in facts],
    )


def _item(fact: FactRecord, catalogue: Catalogue, language: Language, base: str) -> FeedItem:
    need = catalogue.needs.get(fact.need)
    title = need.title.in_language(language) if need else fact.need
    amount_kind = fact.amount_kind_name
    parts = [fact.event_on.isoformat(), fact.kind_name.in_language(language), fact.title]
    if fact.amount is not None and amount_kind is not None:
        parts.append(f"{amount_kind.in_language(language)} {amount(language, fact.amount)}")
    parts.append(fact.site or fact.source.in_language(language))
    return FeedItem(
        title=f"{fact.organisation}: {title}" if language == "en" else f"{fact.organisation}：{title}",
        link=base + fact.href,
        description=" · ".join(parts),
        categories=(title,),
        published=fact.seen_at,
    )
