"""The public facts of an organisation, on its page."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Need
from app.features.knowledge.queries import current_catalogue
from app.features.registry.facts.listing import FactsPage, list_facts
from app.features.registry.facts.schemas import RelatedFacts, fact_item
from app.kit.subject import Subject
from app.kit.text import Language
from app.kit.viewer import Viewer
from app.web.panels import Panel

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FactsPanel:
    page: FactsPage
    needs: Mapping[str, Need]  # by slug
    all_href: str


async def _load(session: ReadSession, viewer: Viewer, subject: Subject, limit: int) -> FactsPanel | None:
    page = await list_facts(session, viewer, subject.public_id, limit=min(limit, _SHOWN))
    if not page.facts:
        return None
    needs = (await current_catalogue(session)).needs
    return FactsPanel(page, needs, f"/organisations/{subject.public_id}/facts")


def _as_json(panel: FactsPanel, language: Language) -> RelatedFacts:
    items = [fact_item(fact, language) for fact in panel.page.facts]
    return RelatedFacts(items=items, total=panel.page.total)


PANELS = (
    Panel(
        key="facts",
        subject_kinds=frozenset({"organisation"}),
        order=20,
        load=_load,
        template="registry/_facts_panel.html",
        as_json=_as_json,
    ),
)
