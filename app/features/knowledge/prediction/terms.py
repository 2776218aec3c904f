"""The words of the prediction model: what it is told, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.kit.text import Text

ReasonKind = Literal["prior", "regulation", "region", "comparable", "peer", "fact", "confirmation", "denial"]
LikelihoodWord = Literal["very_likely", "likely", "possible", "unlikely"]
Confidence = Literal["low", "medium", "high"]

THRESHOLDS: tuple[tuple[float, LikelihoodWord], ...] = (
    (0.70, "very_likely"),
    (0.50, "likely"),
    (0.30, "possible"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the model is told of an organisation. Codes as in the catalogue, regions as full names.

    An industry the catalogue does not know counts as `other`; unknown sub-industries and levels
    count as not given, so that a pack may drop a code without breaking stored organisations.
    """

    name: str
    industry: str
    sub_industry: str | None = None
    level: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in both languages, the numbers behind it, and its effect.

    `effect` is in log-odds, counted from a need nobody lists for the industry; the effects of all
    reasons of a prediction add up to its log-odds minus that start. Regulations explain the prior,
    which already counts them: their effect is 0.
    """

    kind: ReasonKind
    text: Text
    effect: float
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    regulation: str | None = None  # slug, for kind "regulation"
    href: str | None = None  # where the facts behind it can be read


@dataclass(frozen=True, slots=True)
class Prediction:
    """The platform's estimate for one need; `likelihood` in 0..1 is shown with its word, never alone.

    `confidence` says what it rests on: low = the industry is unknown or does not list the need,
    medium = the authors' priors, high = public evidence on this organisation or many comparable ones.
    """

    need: str
    likelihood: float
    word: LikelihoodWord
    reasons: tuple[Reason, ...]  # strongest first; never empty
    would_change: tuple[Text, ...]  # what would raise or lower it
    confidence: Confidence = "medium"

    @property
    def public_evidence(self) -> Reason | None:
        """The public fact that speaks for it most, or else how many of its like bought the same."""
        speaking = [reason for reason in self.reasons if reason.href and reason.effect > 0]
        return max(speaking, key=lambda reason: (reason.kind == "fact", reason.effect), default=None)

    @property
    def label(self) -> Text:
        """The word as readers see it."""
        return likelihood_label(self.word)


def word_for(likelihood: float) -> LikelihoodWord:
    return next((word for least, word in THRESHOLDS if likelihood >= least), "unlikely")


_LABELS: Mapping[LikelihoodWord, Text] = {
    "very_likely": Text(zh="很可能", en="Very likely"),
    "likely": Text(zh="较可能", en="Likely"),
    "possible": Text(zh="有可能", en="Possible"),
    "unlikely": Text(zh="可能性低", en="Unlikely"),
}
_CONFIDENCE_LABELS: Mapping[Confidence, Text] = {
    "low": Text(zh="把握低", en="Low confidence"),
    "medium": Text(zh="把握中等", en="Medium confidence"),
    "high": Text(zh="把握较高", en="Higher confidence"),
}


def likelihood_label(word: LikelihoodWord) -> Text:
    return _LABELS[word]


def confidence_label(confidence: Confidence) -> Text:
    return _CONFIDENCE_LABELS[confidence]
