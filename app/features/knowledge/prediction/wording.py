"""The sentences of a prediction, in both languages. Every number in them is one the model used."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue, Regulation
from app.features.knowledge.prediction.evidence import ComparableCount, ComparableLevel, OwnFact, SourceKind
from app.features.knowledge.prediction.terms import Profile
from app.kit.places import place_name
from app.kit.text import Text

SOURCES: Mapping[SourceKind, Text] = {
    "award": Text(zh="中标公告", en="award notice"),
    "tender": Text(zh="招标公告", en="tender notice"),
    "intention": Text(zh="采购意向", en="procurement intention"),
    "policy_list": Text(zh="政策名单", en="policy list"),
    "news": Text(zh="公开报道", en="news report"),
}
_SCOPES: Mapping[ComparableLevel, Text] = {
    "all": Text(zh="全部客户单位", en="all organisations"),
    "industry": Text(zh="同行业", en="the same industry"),
    "sub_industry": Text(zh="同类", en="the same sub-industry"),
    "level": Text(zh="同级别", en="the same level"),
    "region": Text(zh="同省同类", en="the same kind and province"),
}
# Who is counted among comparable organisations: one that publishes nothing shows nothing by its silence.
COUNTED = Text(zh="只计有公开采购公告的单位", en="counting only those that published procurement notices")
COUNTED_IN_PART = Text(
    zh="只计有公开采购公告的单位，不计收集时专门检索的主题",
    en="counting only those that published procurement notices, without topics that collectors searched for",
)
LONGEST_TITLE = 40
UNLISTED = Text(
    zh="知识包未把这项需求列为该行业的常见需求，起点很低",
    en="The knowledge pack does not list this need as common in the industry, so the estimate starts low",
)


def shared_sentence(industries: int) -> Text:
    return Text(
        zh=f"{industries} 个行业普遍有此需求；该单位行业未知，只作低把握的参考",
        en=f"Common to {industries} industries; this organisation's industry is unknown, so a weak hint only",
    )


def regulation_sentence(regulation: Regulation, *, today: date) -> Text:
    """Never presents a rule that is not yet in force as if it were."""
    kind = Text(zh=regulation.kind_name.zh, en=regulation.kind_name.en.lower())
    number = regulation.number if regulation.kind == "standard" else None
    zh_name = f"{kind.zh}《{regulation.title.zh}》" + (f"（{number.zh}）" if number else "")
    en_name = (
        f"{regulation.title.en} ({number.en}, {kind.en})" if number else f"{regulation.title.en} ({kind.en})"
    )
    when = dated(regulation, today)
    zh_date, en_date = (when.zh, f", {when.en}") if when else ("", "")
    applies = regulation.applies_to
    return Text(
        zh=f"{zh_name}{zh_date}，适用于{applies.zh}", en=f"{en_name}{en_date}; applies to: {applies.en}"
    )


def dated(regulation: Regulation, today: date) -> Text | None:
    """When it took or will take effect, or was issued; None where the date is not known."""
    day = regulation.effective_date
    if day is None:
        return None
    shown = f"{day:%Y-%m}" if regulation.date_approximate else day.isoformat()
    if regulation.date_kind == "issued":
        if day > today:
            return Text(zh=f"将于 {shown} 印发", en=f"to be issued {shown}")
        return Text(zh=f"于 {shown} 印发", en=f"issued {shown}")
    if day > today:
        return Text(zh=f"将于 {shown} 起施行（尚未生效）", en=f"comes into force {shown} (not yet in force)")
    return Text(zh=f"自 {shown} 起施行", en=f"in force since {shown}")


def comparable_sentence(count: ComparableCount, catalogue: Catalogue, profile: Profile) -> Text:
    group = _group(count.level, catalogue, profile)
    having, of = count.with_need, count.organisations
    zh = f"{group.zh} {having}/{of} 家近 {count.years} 年有此类采购"
    years = "year" if count.years == 1 else f"{count.years} years"
    en = f"{having} of {of} organisations ({group.en}) bought this in the past {years}"
    if count.claims is None:
        counted = COUNTED_IN_PART if count.is_partial else COUNTED
        return Text(zh=f"{zh}（{counted.zh}）", en=f"{en} ({counted.en})")
    return Text(zh=f"{zh}（伙伴线索汇总，按 5 取整）", en=f"{en} (from partners' claims, rounded to 5)")


@lru_cache(maxsize=1024)
def _group(level: ComparableLevel, catalogue: Catalogue, profile: Profile) -> Text:
    scope = _SCOPES[level]
    industry = catalogue.industries.get(profile.industry)
    if level == "all" or industry is None:
        return scope
    sub = next((s.name for s in industry.sub_industries if s.code == profile.sub_industry), None)
    grade = next((g.name for g in industry.levels if g.code == profile.level), None)
    names = [industry.name if level == "industry" or sub is None else sub]
    if grade is not None and level in ("level", "region"):
        names.append(grade)
    zh, en = [name.zh for name in names], [name.en for name in names]
    if level == "region" and profile.province:
        place = place_name(profile.province)
        zh, en = [place.zh, *zh], [place.en, *en]
    return Text(zh=f"{scope.zh}（{' · '.join(zh)}）", en=f"{scope.en}: {', '.join(en)}")


def fact_sentence(fact: OwnFact) -> Text:
    source, month = SOURCES[fact.source], fact.on.isoformat()[:7]
    title = shortened(fact.title) if fact.title else ""
    zh_title, en_title = (f"“{title}”", f': "{title}"') if title else ("", "")
    return Text(zh=f"{month} {source.zh}{zh_title}", en=f"{month} {source.en}{en_title}")


def shortened(title: str) -> str:
    """Titles of notices run to hundreds of characters; the page of the fact has the whole."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def peer_sentence(companies: int) -> Text:
    return Text(
        zh=f"约 {companies} 家伙伴公司报告过此类线索（按 5 取整）",
        en=f"About {companies} partner companies reported this need here (rounded to 5)",
    )


def feedback_sentence(companies: int, *, confirmed: bool) -> Text:
    zh, en = ("确认有", "confirmed") if confirmed else ("否认有", "denied")
    return Text(
        zh=f"约 {companies} 家伙伴公司{zh}此需求（按 5 取整）",
        en=f"About {companies} partner companies {en} this need (rounded to 5)",
    )


def percent(likelihood: float) -> int:
    """Whole percent, as shown: the model knows no finer."""
    return round(likelihood * 100)
