"""What a check found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from app.db.engine import ReadSession
from app.kit.text import Text

Extent = Literal["full", "since_checkpoint"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be. `is_late`: not wrong, but due and not done. `words`: the detail in
    both languages, where it is a sentence."""

    invariant: str  # "I3"
    rule: Text
    subject: str  # "account 12"
    detail: str  # numbers, for people who look for the cause
    is_late: bool = False
    words: Text | None = None

    @classmethod
    def worded(cls, invariant: str, rule: Text, subject: str, words: Text) -> Self:
        return cls(invariant, rule, subject, words.en, words=words)


@dataclass(frozen=True, slots=True)
class Report:
    """The books at one moment."""

    as_of: datetime
    extent: Extent
    accounts: int
    transfers: int
    rejected: int
    entries: int
    outstanding: dict[str, int]  # by asset: all that companies hold, in minor units
    findings: tuple[Finding, ...]
    checked: tuple[str, ...]  # invariants that were looked at

    @property
    def is_clean(self) -> bool:
        return all(finding.is_late for finding in self.findings)


# Handed in by the entry points: what another room knows that must agree with the books.
Auditor = Callable[[ReadSession], Awaitable[list[Finding]]]
