"""From the notices of one project to the one fact about an organisation and a need. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from app.features.knowledge.notices import is_failure

_STAGES = ("intention", "tender", "award")
_STAGE_OF = {
    "intention": "intention",
    "tender": "tender",
    "change": "tender",
    "other": "tender",
    "award": "award",
    "contract": "award",
}


class FactKey(NamedTuple):
    """What a fact is about: all notices of the project that speak of the need are behind it."""

    organisation_id: int
    need: str
    project_key: str


@dataclass(frozen=True, slots=True)
class Member:
    """A matched notice as one of its project; `needs` holds weight and rule of each need."""

    id: int
    kind: str
    title: str
    published_on: date
    seen_at: datetime
    amount: int | None
    amount_kind: str | None
    source_id: int
    site: str | None
    url: str | None
    role: str
    needs: Mapping[str, Sequence[Any]]
    buyer: str


def fact_columns(need: str, members: Sequence[Member]) -> dict[str, Any] | None:
    """The columns of the fact, None where no notice of the project speaks of the need."""
    speaking = [one for one in members if need in one.needs]
    if not speaking:
        return None
    ordered = sorted(speaking, key=lambda one: (one.published_on, one.id))
    failed_on = max((one.published_on for one in ordered if is_failure(one.kind, one.title)), default=None)
    standing = _standing(ordered, failed_on)
    last = standing[-1]
    weight, rule = max((one.needs[need] for one in ordered), key=lambda found: found[0])
    amount, amount_kind = _amount(ordered, failed_on)
    return {
        "role": last.role,
        "kind": max((_STAGE_OF[one.kind] for one in standing), key=_STAGES.index),
        "first_on": ordered[0].published_on,
        "event_on": last.published_on,
        "seen_at": last.seen_at,
        "amount": amount,
        "amount_kind": amount_kind,
        "title": last.title,
        "source_id": last.source_id,
        "site": last.site,
        "url": last.url,
        "weight": weight,
        "rule": rule,
    }


def _standing(ordered: Sequence[Member], failed_on: date | None) -> Sequence[Member]:
    """The notices that still hold. A failure takes back the awards of the days before it (on one day the
    two are mostly of different lots) and dates nothing itself: the need was seen when somebody asked."""
    if failed_on is None:
        return ordered
    going_on = [one for one in ordered if not is_failure(one.kind, one.title)]
    kept = [one for one in going_on if _STAGE_OF[one.kind] != "award" or one.published_on >= failed_on]
    return kept or [replace(one, kind="tender") for one in going_on] or ordered


def _amount(ordered: Sequence[Member], failed_on: date | None) -> tuple[int | None, str | None]:
    """The newest award that no failure took back, else the newest budget."""
    awarding = [one for one in ordered if failed_on is None or one.published_on >= failed_on]
    awarding = [one for one in awarding if not is_failure(one.kind, one.title)]
    for kind, notices in (("award", awarding), ("budget", ordered)):
        stated = [one.amount for one in notices if one.amount_kind == kind and one.amount is not None]
        if stated:
            return stated[-1], kind
    return None, None
