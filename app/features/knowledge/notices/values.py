"""A notice as it is given, and what is read from it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

NoticeKind = Literal["intention", "tender", "change", "award", "contract", "other"]
PartyBasis = Literal["stated", "title", "withheld", "none"]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One published notice of public procurement, in the words of its source."""

    title: str
    content: str = ""
    buyer: str = ""  # as the source states it: the buyer, its agent, or an operator buying for another
    category: str = ""  # the source's own word
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class NeedFound:
    """A need that the text speaks of; `weight` in (0, 1] says how plainly."""

    need: str
    weight: float
    rule: str
    matched: str  # the words that decided, as they were read


@dataclass(frozen=True, slots=True)
class Parties:
    """Who buys, and for whom where the title names another.

    `basis`: "title" where the end user was read there; "withheld" where an operator or agent buys for a
    customer that is not named, so that neither may be shown as having the need.
    """

    buyer: str | None
    end_user: str | None
    basis: PartyBasis
