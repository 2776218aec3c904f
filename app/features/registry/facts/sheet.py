"""Public facts as rows of a CSV file."""

from datetime import date

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.records import FactRecord
from app.kit.text import Language, Text

COLUMNS = (
    Text(zh="单位", en="organisation"),
    Text(zh="需求", en="need"),
    Text(zh="角色", en="role"),
    Text(zh="阶段", en="stage"),
    Text(zh="首次公告", en="first notice"),
    Text(zh="最近公告", en="last notice"),
    Text(zh="收录日期", en="seen on"),
    Text(zh="标题", en="title"),
    Text(zh="金额（元）", en="amount (CNY)"),
    Text(zh="金额性质", en="amount is"),
    Text(zh="发布网站", en="site"),
    Text(zh="网址", en="url"),
    Text(zh="来源", en="source"),
    Text(zh="编号", en="id"),
)


def row_of(fact: FactRecord, catalogue: Catalogue, language: Language) -> tuple[str | int | date | None, ...]:
    """In the order of COLUMNS."""
    need = catalogue.needs.get(fact.need)
    amount_kind = fact.amount_kind_name
    return (
        fact.organisation,
        need.title.in_language(language) if need else fact.need,
        fact.role_name.in_language(language),
        fact.kind_name.in_language(language),
        fact.first_on,
        fact.event_on,
        fact.seen_at.date(),
        fact.title,
        fact.amount,
        amount_kind.in_language(language) if amount_kind else None,
        fact.site,
        fact.url,
        fact.source.in_language(language),
        fact.public_id,
    )
