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

# One day's examples. The registry is public, so every reader may see the same.
_today: dict[tuple[date, str], tuple["Example", ...]] = {}


@dataclass(frozen=True, slots=True)
class Example:
    """An organisation with its likeliest need, as its own page would say."""

    name: str
    href: str
    industry: Text
    need: Text
    prediction: Prediction


async def examples_for(
    session: ReadSession, viewer: Viewer, catalogue: Catalogue, *, day: date
) -> tuple[Example, ...]:
    """One well-known organisation of each example industry that has any."""
    key = (day, catalogue.version)
    if not _today.get(key):
        _today.clear()
        _today[key] = tuple(
            [
                example
                for code in EXAMPLE_INDUSTRIES
                if (example := await _example(session, viewer, catalogue, code, day))
            ]
        )
    return _today[key]


async def _example(
    session: ReadSession, viewer: Viewer, catalogue: Catalogue, industry: str, day: date
) -> Example | None:
    lines = await registry.known_in_industry(session, viewer, catalogue, industry, limit=_BEST_KNOWN)
    if not lines:
        return None
    line = lines[day.toordinal() % len(lines)]
    answer = await answer_for_organisation(session, catalogue, viewer, line.public_id)
    need, prediction = answer.briefing.top[0]
    return Example(line.name, line.href, catalogue.industries[industry].name, need.title, prediction)
