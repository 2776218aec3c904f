"""The words of the brief, for all its forms."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from app.features.knowledge.catalogue import Need, Outline
from app.features.knowledge.prediction.terms import Prediction
from app.features.knowledge.prediction.wording import SOURCES, percent
from app.features.knowledge.recognition import Reading
from app.features.registry.brief.contents import BriefPeer
from app.features.registry.facts.records import FactRecord
from app.kit.text import Text
from app.web import formats
from app.web.formats import amount, budget

BRIEF = Text(zh="拜访简报", en="Visit brief")
NEEDS = Text(zh="可能的需求", en="Likely needs")
ESTIMATE = Text(zh="推断", en="Estimate")
FACTS = Text(zh="公开事实", en="Public facts")
QUESTIONS = Text(zh="上门问什么", en="Questions for the visit")
WRITING = Text(zh="记录", en="Notes")
REGULATION_COUNT = Text(zh="法规", en="Regulations")
REGULATIONS = Text(zh="它要遵守什么", en="What binds it")
OUTLINES = Text(zh="可以怎么做", en="Ways to go about it")
PEERS = Text(zh="同类单位", en="Comparable organisations")
READ_THIS = Text(zh="怎么读这份简报", en="How to read this brief")
COMPARE = Text(zh="怎么比较各家：", en="Compare vendors by: ")
TO_TICK = Text(zh="□ ", en="□ ")
WHEN_NOT = Text(zh="这时别用：", en="Not when: ")
NEED = Text(zh="需求", en="Need")
LIKELIHOOD = Text(zh="可能性", en="Likelihood")
WHY = Text(zh="依据", en="Why")
NO_NEEDS = Text(
    zh="从名称看不出行业，列不出需求。上门先问清它是做什么的。",
    en="The name tells no industry, so no needs can be listed. Ask first what it does.",
)
NO_FACTS = Text(
    zh="还没有收录这家单位的公开采购事实；没有收录不等于没有采购。",
    en="No public purchase of this organisation is on record here; that does not mean there was none.",
)
UNKNOWN_INDUSTRY = Text(zh="行业不明", en="Industry unknown")
NOT_LISTED = Text(
    zh="单位库未收录，全部由名称推断", en="Not in the registry; everything is read from the name"
)
REGISTRY = Text(zh="单位库", en="Registry")
CORRECTED = Text(zh="已按你选的条件重算", en="Recalculated from the attributes you chose")
UNDATED = Text(zh="日期待核", en="date to be checked")
BORROWED = Text(zh="为其他行业写的，供对照", en="written for another industry, for comparison")
ON_ESTIMATES = Text(
    zh="标“推断”的需求、可能性、预算和工作量是平台的估计，不是事实，不能当作报价或证据。",
    en="Needs, likelihoods, budgets and efforts are the platform's estimates, not facts, prices or evidence.",
)
ON_FACTS = Text(
    zh="“公开事实”来自公开发布的公告，注明日期和来源；事实会过时，引用前请核对原文。",
    en="Public facts come from published notices, with date and source. They age: check the original first.",
)
ON_REGULATIONS = Text(
    zh="法规要点是概括，引用和投标前请核对正式文本。方案提纲和比较要点不偏向任何厂商。",
    en="Duties are summaries: check the official text before citing. Outlines and criteria favour no vendor.",
)
_END_USER = Text(zh="标题写明的最终用户", en="end user named in the title")
_AMOUNTS = {"budget": Text(zh="预算", en="budget"), "award": Text(zh="中标", en="awarded")}
_LIST = Text(zh="、", en=", ")
_PARTS = Text(zh=" · ", en=" · ")


def joined(parts: Sequence[Text], separator: Text = _PARTS) -> Text:
    return Text(zh=separator.zh.join(part.zh for part in parts), en=separator.en.join(p.en for p in parts))


def listed(parts: Sequence[Text]) -> Text:
    return joined(parts, _LIST)


def after(label: Text, text: Text) -> Text:
    return Text(zh=label.zh + text.zh, en=label.en + text.en)


def long_day(day: date) -> Text:
    return Text(
        zh=format_date(day, format="long", locale="zh_Hans_CN"),
        en=format_date(day, format="long", locale="en_GB"),
    )


def fact_when(fact: FactRecord) -> Text:
    """The day and kind of its last notice, and when the project was first heard of."""
    kind = SOURCES[fact.kind]
    if fact.first_on == fact.event_on:
        return Text(zh=f"{fact.event_on} {kind.zh}", en=f"{fact.event_on} {kind.en}")
    return Text(
        zh=f"{fact.event_on} {kind.zh}（{fact.first_on} 起）",
        en=f"{fact.event_on} {kind.en} (since {fact.first_on})",
    )


def fact_about(fact: FactRecord, needs: Sequence[Text]) -> Text:
    site = [Text(zh=fact.site, en=fact.site)] if fact.site else []
    seen = fact.seen_at.date()
    return joined(
        [
            *([listed(needs)] if needs else []),
            *([_amount(fact)] if fact.amount is not None else []),
            *([_END_USER] if fact.role == "end_user" else []),
            after(Text(zh="来源：", en="source: "), listed([*site, fact.source])),
            Text(zh=f"{seen} 收录", en=f"seen {seen}"),
        ]
    )


def _amount(fact: FactRecord) -> Text:
    assert fact.amount is not None
    word = _AMOUNTS.get(fact.amount_kind or "", Text(zh="金额", en="amount"))
    return Text(zh=f"{word.zh} {amount('zh', fact.amount)}", en=f"{word.en} {amount('en', fact.amount)}")


def read_from_name(industry: Reading) -> Text:
    share = percent(industry.confidence)
    return Text(
        zh=f"行业由名称推断，把握 {share}%",
        en=f"Industry read from the name, confidence {share}%",
    )


def or_else(industries: Sequence[Text]) -> Text:
    return after(Text(zh="也可能是：", en="could also be: "), listed(industries))


def buying(need: Need) -> Text:
    """Its budget band, which is an estimate, and whom to ask."""
    low, high = need.budget_low, need.budget_high
    return Text(
        zh=f"预算约 {budget('zh', low, high)}（估计） · 找谁：{need.owner_role.zh}",
        en=f"Budget about {budget('en', low, high)} (estimate) · whom to ask: {need.owner_role.en}",
    )


def effort(outline: Outline) -> Text:
    return after(Text(zh="工作量估计：", en="estimated effort: "), outline.rough_effort)


def likelihood(prediction: Prediction) -> Text:
    label, share = prediction.label, prediction.likelihood
    return Text(
        zh=f"{label.zh} · {formats.percent('zh', share)}", en=f"{label.en} · {formats.percent('en', share)}"
    )


def listed_peers(peers: Sequence[BriefPeer]) -> Text:
    def named(peer: BriefPeer) -> Text:
        about = peer.about
        if about is None:
            return Text(zh=peer.name, en=peer.name)
        return Text(zh=f"{peer.name}（{about.zh}）", en=f"{peer.name} ({about.en})")

    return joined([named(peer) for peer in peers], Text(zh="；", en="; "))


def left_out(counts: Sequence[tuple[Text, int, int]]) -> Text | None:
    """What the two pages had no room for: (what, shown, of how many)."""
    parts = [
        Text(zh=f"{what.zh} {shown}/{of}", en=f"{what.en.lower()} {shown} of {of}")
        for what, shown, of in counts
        if shown < of
    ]
    if not parts:
        return None
    listing = listed(parts)
    return Text(
        zh=f"两页只取最要紧的：{listing.zh}；其余见网页上的完整答案。",
        en=f"Two pages hold only what matters most: {listing.en}; the full answer on the site has the rest.",
    )
