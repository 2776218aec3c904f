"""What has been observed, as the prediction model takes it: counts, facts and what companies say.

Counts that come from partners' claims enter only as aggregates that pass the anonymity rules;
an aggregate that does not pass cannot be built.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from app.kit.aggregates import LARGEST_SHARE, LEAST_COMPANIES, ROUNDED_TO, TOP_TWO_SHARE

ComparableLevel = Literal["all", "industry", "sub_industry", "level", "region"]
COMPARABLE_LEVELS: tuple[ComparableLevel, ...] = get_args(ComparableLevel)  # widest first
SourceKind = Literal["award", "tender", "intention", "policy_list", "news"]


@dataclass(frozen=True, slots=True)
class CompanyAggregate:
    """How many companies stand behind a count of claims, rounded to 5, and how concentrated they are.

    Raises ValueError below the anonymity limits: at least 5 companies, none above 50 %, the two
    largest at most 75 %.
    """

    companies: int
    largest_share: float
    top_two_share: float

    def __post_init__(self) -> None:
        _check_rounded(self.companies, "companies")
        if not 0 < self.largest_share <= LARGEST_SHARE:
            raise ValueError(f"largest_share must be in (0, {LARGEST_SHARE}]: {self.largest_share}")
        if not self.largest_share <= self.top_two_share <= TOP_TWO_SHARE:
            raise ValueError(
                f"top_two_share must be in [largest_share, {TOP_TWO_SHARE}]: {self.top_two_share}"
            )


@dataclass(slots=True, unsafe_hash=True)  # not frozen: a prediction makes hundreds, for twice the time
class ComparableCount:
    """Of `organisations` comparable ones, `with_need` showed the need in the last `years` years.

    From public facts the counts are exact; from claims (`claims` given) both are rounded to 5.
    `visibility` in (0, 1] is the share of such organisations' needs that shows at all where it was counted;
    `href` is the page of the facts behind the count. `told_narrower`: the (organisations, with_need) that a
    narrower group among the same evidence holds already: nobody is counted twice. `is_partial` where
    notices about some topics were left out of the count.
    """

    need: str
    level: ComparableLevel
    organisations: int
    with_need: int
    years: int
    claims: CompanyAggregate | None = None
    visibility: float = 1.0
    href: str | None = None
    told_narrower: tuple[int, int] = (0, 0)
    is_partial: bool = False

    def __post_init__(self) -> None:
        if not (
            0 <= self.told_narrower[1] <= self.with_need and 0 <= self.told_narrower[0] <= self.organisations
        ):
            raise ValueError(f"a narrower group holds more than the group: {self.told_narrower}")
        if not 0 < self.visibility <= 1:
            raise ValueError(f"visibility must be in (0, 1]: {self.visibility}")
        if not 0 <= self.with_need <= self.organisations or self.organisations < 1 or self.years < 1:
            raise ValueError(f"not a count: {self.with_need}/{self.organisations} in {self.years} years")
        if self.claims is not None:
            _check_rounded(self.organisations, "organisations")
            _check_rounded(self.with_need, "with_need")


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Of `organisations` that public notices name in the last `years` years, how many showed each need.

    The counts stay the text they were read as, a JSON object by need: a group has hundreds, and only those
    of groups met anew are taken apart. `href` is the page of the facts behind one, `{need}` in its place.
    """

    level: ComparableLevel
    organisations: int
    years: int
    counts: str
    href: str

    def __post_init__(self) -> None:
        if self.organisations < 1 or self.years < 1:
            raise ValueError(f"not a group: {self.organisations} organisations in {self.years} years")

    @property
    def having(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.counts)
        return found


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups an organisation belongs to, widest first, each within the one before it. Of the needs in
    `uncounted` nothing is known; `is_partial` where notices about some topics were left out of the counts."""

    counted: tuple[GroupCounts, ...] = ()
    uncounted: frozenset[str] = frozenset()
    is_partial: bool = False


NO_GROUPS = Groups()


@dataclass(frozen=True, slots=True)
class OwnFact:
    """A public fact about the organisation itself; `weight` in (0, 1] is how far it speaks of this need."""

    need: str
    on: date
    source: SourceKind
    weight: float = 1.0
    title: str | None = None
    href: str | None = None  # the page of the fact

    def __post_init__(self) -> None:
        if not 0 < self.weight <= 1:
            raise ValueError(f"weight must be in (0, 1]: {self.weight}")


@dataclass(frozen=True, slots=True)
class PeerAggregate:
    """Partner companies that report this need at this organisation."""

    need: str
    claims: CompanyAggregate


@dataclass(frozen=True, slots=True)
class Feedback:
    """Companies that confirmed or denied the prediction; each side 0, or rounded to 5 and at least 5."""

    need: str
    confirmations: int = 0
    denials: int = 0

    def __post_init__(self) -> None:
        for name, count in (("confirmations", self.confirmations), ("denials", self.denials)):
            if count:
                _check_rounded(count, name)


_Part = ComparableCount | OwnFact | PeerAggregate | Feedback


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known beyond the profile; the order of the parts means nothing.

    `comparables` are counts of single needs; what public facts say of whole groups comes as `groups`.
    """

    comparables: tuple[ComparableCount, ...] = ()
    facts: tuple[OwnFact, ...] = ()
    peers: tuple[PeerAggregate, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    groups: Groups = NO_GROUPS

    @property
    def of_its_like(self) -> "Evidence":
        return Evidence(self.comparables, groups=self.groups)

    @property
    def of_this_one(self) -> "Evidence":
        return Evidence((), self.facts, self.peers, self.feedback)

    def by_need(self) -> dict[str, "Evidence"]:
        """The same evidence, split by the need it speaks of; groups speak of all and are left out."""
        found: dict[str, tuple[list[Any], ...]] = defaultdict(lambda: ([], [], [], []))
        parts: tuple[tuple[_Part, ...], ...] = (self.comparables, self.facts, self.peers, self.feedback)
        for place, some in enumerate(parts):
            for part in some:
                found[part.need][place].append(part)
        split = {}
        for need in sorted(found):
            comparables, facts, peers, feedback = map(tuple, found[need])
            split[need] = Evidence(comparables, facts, peers, feedback)
        return split


NO_EVIDENCE = Evidence()


def _check_rounded(count: int, name: str) -> None:
    if count < LEAST_COMPANIES or count % ROUNDED_TO:
        raise ValueError(f"{name} must be rounded to {ROUNDED_TO} and at least {LEAST_COMPANIES}: {count}")
