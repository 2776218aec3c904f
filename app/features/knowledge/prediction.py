"""The prediction model: how likely an organisation has a need, and why. Pure functions.

See section 4 of docs/decisions (prediction). Types first, model below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.kit.text import Text

ReasonKind = Literal["prior", "regulation", "region", "comparable", "peer", "fact", "confirmation", "denial"]
LikelihoodWord = Literal["very_likely", "likely", "possible", "unlikely"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the model is told of an organisation. Codes as in the catalogue, regions as full names."""

    name: str
    industry: str
    sub_industry: str | None = None
    level: str | None = None
    province: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in both languages, the numbers behind it, and its effect on the log-odds."""

    kind: ReasonKind
    text: Text
    effect: float
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    regulation: str | None = None  # slug, for kind "regulation"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The platform's estimate for one need; `likelihood` in 0..1 is shown with its word, never alone."""

    need: str
    likelihood: float
    word: LikelihoodWord
    reasons: tuple[Reason, ...]  # strongest first; never empty
    would_change: tuple[Text, ...]  # what would raise or lower it
