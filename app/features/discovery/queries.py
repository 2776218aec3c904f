"""What the home page shows: living examples from the registry, other ones each day."""

from dataclasses import dataclass
from datetime import date

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction import Prediction
from app.features.registry import queries as registry
from app.features.registry.answers import answer_for_organisation
from app.kit.text import Text
from app.kit.viewer import Viewer

EXAMPLE_INDUSTRIES = ("healthcare", "education", "government", "finance", "manufacturing", "energy")
_BEST_KNOWN = 12  # the examples of an industry rotate among so many


@dataclass(frozen=True, slots=True)
class Example:
    """An organisation with its likeliest need, as its own page would say."""

    public_id: str
    name: str
    href: str
    industry: Text
    need: Text
    prediction: Prediction


class Examples:
    """The examples of a day, chosen once: the registry is public, so every reader may see the same."""

    def __init__(self) -> None:
        self._key: tuple[date, str] | None = None
        self._chosen: tuple[Example, ...] = ()

    async def of_day(
        self, session: ReadSession, viewer: Viewer, catalogue: Catalogue, *, day: date
    ) -> tuple[Example, ...]:
        """One well-known organisation of each example industry that has any; never one that is gone."""
        still_there = await registry.lines_of(
            session, viewer, catalogue, [example.public_id for example in self._chosen]
        )
        key = (day, catalogue.version)
        if self._key != key or not self._chosen or len(still_there) < len(self._chosen):
            self._chosen = await _choose(session, viewer, catalogue, day)
            self._key = key
        return self._chosen


async def _choose(
    session: ReadSession, viewer: Viewer, catalogue: Catalogue, day: date
) -> tuple[Example, ...]:
    found = [await _example(session, viewer, catalogue, code, day) for code in EXAMPLE_INDUSTRIES]
    return tuple(example for example in found if example)


async def _example(
    session: ReadSession, viewer: Viewer, catalogue: Catalogue, industry: str, day: date
) -> Example | None:
    lines = await registry.known_in_industry(session, viewer, catalogue, industry, limit=_BEST_KNOWN)
    if not lines:
        return None
    line = lines[day.toordinal() % len(lines)]
    answer = await answer_for_organisation(session, catalogue, viewer, line.public_id)
    need, prediction = answer.briefing.top[0]
    return Example(
        line.public_id, line.name, line.href, catalogue.industries[industry].name, need.title, prediction
    )
