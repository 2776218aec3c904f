"""The visit brief as a value: every line as it is read, in both languages."""

from dataclasses import dataclass
from datetime import date

from app.features.knowledge.prediction.terms import Prediction
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class BriefNeed:
    """A prediction; `buying` says what it may cost (an estimate) and whom to ask."""

    slug: str
    title: Text
    prediction: Prediction
    reasons: tuple[Text, ...]
    buying: Text


@dataclass(frozen=True, slots=True)
class BriefFact:
    """One project as its notices tell it: `when` the last event, `about` needs, amount and source."""

    when: Text
    title: str
    about: Text
    href: str


@dataclass(frozen=True, slots=True)
class BriefQuestions:
    need: Text
    questions: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class BriefRegulation:
    slug: str
    title: Text
    when: Text
    obligation: Text


@dataclass(frozen=True, slots=True)
class BriefOutline:
    """One route to a solution for `need`; `note` says its effort, and if it was made for another industry."""

    slug: str
    need: Text
    title: Text
    note: Text
    compare: Text
    when_not: Text


@dataclass(frozen=True, slots=True)
class BriefPeer:
    name: str
    about: Text | None
    href: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The front page: who, needs, facts, questions, room to write. The back: what to look things up in."""

    name: str
    is_typed: bool  # the name is as somebody typed it, and in no data
    who: tuple[Text, ...]
    how: tuple[Text, ...]
    made_on: date
    needs: tuple[BriefNeed, ...]
    facts: tuple[BriefFact, ...]
    questions: tuple[BriefQuestions, ...]
    writing_lines: int
    regulations: tuple[BriefRegulation, ...]
    outlines: tuple[BriefOutline, ...]
    peers: tuple[BriefPeer, ...]
    notes: tuple[Text, ...]
