"""What can be told of an organisation from its name alone, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from app.kit.text import Text

Basis = Literal[
    "name", "registry", "reader"
]  # inferred from the name, stated by the registry, set by the reader


@dataclass(frozen=True, slots=True)
class Reading:
    """One attribute as read: its code or name, the confidence in 0..1, and the rule that fired."""

    value: str
    confidence: float
    rule: Text
    basis: Basis = "name"


@dataclass(frozen=True, slots=True)
class Recognition:
    """Industry, sub-industry and level codes are those of the catalogue; regions are full official names."""

    name: str
    industry: Reading  # value "other" where the name says nothing
    sub_industry: Reading | None = None
    level: Reading | None = None
    province: Reading | None = None
    city: Reading | None = None
    district: Reading | None = None
    alternatives: tuple[Reading, ...] = ()  # other industries nearly as likely: the reader chooses

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.alternatives)
