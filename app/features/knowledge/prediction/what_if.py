"""What would change a prediction: the same model, run again on evidence made up for the question."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.evidence import OwnFact
from app.features.knowledge.prediction.priors import Kind, NeedPrior, priors_of, unlisted
from app.features.knowledge.prediction.weighing import HIGHEST, LOWEST, Weighed
from app.features.knowledge.prediction.wording import percent
from app.kit.aggregates import LEAST_COMPANIES
from app.kit.text import Text

_YEAR = timedelta(days=365)


def what_would_change(
    prior: NeedPrior, weighed: Weighed, *, kind: Kind, catalogue: Catalogue, today: date
) -> tuple[Text, ...]:
    """At least one sentence on what would raise the estimate and one on what would lower it."""
    now = percent(weighed.likelihood)
    found = percent(weighed.with_fact(_notice_of_a_year_ago(today), today=today))
    confirmed = percent(weighed.with_feedback(confirmations=LEAST_COMPANIES))
    denied = percent(weighed.with_feedback(denials=LEAST_COMPANIES))
    sentences = [*_raised(now, found, confirmed), *_lowered(now, denied)]
    for conditions, other in _other_readings(prior, kind, catalogue):
        reading = percent(weighed.with_weight(other.weight))
        if reading != now:
            sentences.append(_misread(conditions, reading, rises=reading > now))
    return tuple(sentences)


@lru_cache(maxsize=4)
def _notice_of_a_year_ago(today: date) -> OwnFact:
    """About any need."""
    return OwnFact("", today - _YEAR, "tender")


def _raised(now: int, found: int, confirmed: int) -> Iterator[Text]:
    if found > now:
        yield Text(
            zh=f"若发现一份一年前的招标公告，会提高到约 {found}%",
            en=f"A tender notice from a year ago would raise it to about {found}%",
        )
    if confirmed > now:
        yield Text(
            zh=f"若有 {LEAST_COMPANIES} 家伙伴公司确认，会提高到约 {confirmed}%",
            en=f"Confirmation by {LEAST_COMPANIES} partner companies would raise it to about {confirmed}%",
        )
    if max(found, confirmed) <= now:
        limit = percent(HIGHEST)
        yield Text(
            zh=f"已到模型上限 {limit}%，更多证据不会再提高",
            en=f"It is at the model's ceiling of {limit}%; more evidence cannot raise it",
        )


def _lowered(now: int, denied: int) -> Iterator[Text]:
    if denied < now:
        yield Text(
            zh=f"若有 {LEAST_COMPANIES} 家伙伴公司否认，会降到约 {denied}%",
            en=f"Denial by {LEAST_COMPANIES} partner companies would lower it to about {denied}%",
        )
    elif now <= percent(LOWEST):
        yield Text(
            zh=f"已到模型下限 {now}%，更多否认不会再降低",
            en=f"It is at the model's floor of {now}%; more denials cannot lower it",
        )
    else:
        yield Text(
            zh=f"现有证据很强，{LEAST_COMPANIES} 家伙伴公司否认也不会使它低于约 {now}%",
            en=f"The evidence is strong: denial by {LEAST_COMPANIES} companies would leave about {now}%",
        )


def _other_readings(prior: NeedPrior, kind: Kind, catalogue: Catalogue) -> Iterator[tuple[Text, NeedPrior]]:
    """The prior if the level, or the sub-industry, had been read wrongly."""
    rule, industry = prior.rule, catalogue.industries[kind.industry]
    if rule is not None and rule.level is not None:
        name = next(level.name for level in industry.levels if level.code == rule.level)
        without = Kind(kind.industry, kind.sub_industry, None, kind.hints)
        yield name, priors_of(catalogue, without).get(prior.need) or unlisted(prior.need)
    if rule is not None and rule.sub_industry is not None:
        name = next(sub.name for sub in industry.sub_industries if sub.code == rule.sub_industry)
        without = Kind(kind.industry, None, kind.level, kind.hints)
        yield name, priors_of(catalogue, without).get(prior.need) or unlisted(prior.need)


def _misread(name: Text, reading: int, *, rises: bool) -> Text:
    zh, en = ("提高到", "raise") if rises else ("降到", "lower")
    return Text(
        zh=f"若该单位实际不属于“{name.zh}”，会{zh}约 {reading}%",
        en=f'If the organisation is not "{name.en}" after all, that would {en} it to about {reading}%',
    )
