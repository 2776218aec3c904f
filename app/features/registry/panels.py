"""What the registry shows on pages of the knowledge catalogue: organisations it concerns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Catalogue, Prior
from app.features.knowledge.queries import current_catalogue
from app.features.registry.presenting import line_out
from app.features.registry.queries import known_in_industry, known_of_kinds
from app.features.registry.records import OrganisationLine
from app.features.registry.schemas import RelatedOrganisations
from app.kit.subject import Subject
from app.kit.text import Language, Text
from app.kit.viewer import Viewer
from app.web.panels import Panel

_KINDS_SHOWN = 6
_EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class OrganisationsPanel:
    """`estimated`: the organisations stand there because of a prediction, not of a fact."""

    title: Text
    lines: tuple[OrganisationLine, ...]
    estimated: bool


Find = Callable[[AsyncSession, Viewer, Catalogue, Subject, int], Awaitable[OrganisationsPanel | None]]


async def _of_industry(
    session: AsyncSession, viewer: Viewer, catalogue: Catalogue, subject: Subject, limit: int
) -> OrganisationsPanel | None:
    lines = await known_in_industry(session, viewer, catalogue, subject.public_id, limit=limit)
    return _panel(Text(zh="这个行业的单位", en="Organisations of this industry"), lines)


async def _of_regulation(
    session: AsyncSession, viewer: Viewer, catalogue: Catalogue, subject: Subject, limit: int
) -> OrganisationsPanel | None:
    """Only for regulations made for some industries: what binds everybody singles nobody out."""
    regulation = catalogue.regulations.get(subject.public_id)
    if regulation is None or _EVERYBODY in regulation.industries:
        return None
    kinds = [(code, None, None) for code in catalogue.industries if code in regulation.industries]
    lines = await known_of_kinds(session, viewer, catalogue, kinds, limit=limit)
    return _panel(Text(zh="约束到的单位", en="Organisations it may bind"), lines, estimated=True)


async def _with_need(
    session: AsyncSession, viewer: Viewer, catalogue: Catalogue, subject: Subject, limit: int
) -> OrganisationsPanel | None:
    """The best known organisations of the kinds to which the pack ties the need most strongly."""
    rules = [
        rule
        for industry in catalogue.industries
        for rule in catalogue.priors_of_industry.get(industry, ())
        if rule.need == subject.public_id
    ]
    kinds = dict.fromkeys(map(_kind_of, sorted(rules, key=lambda rule: -rule.weight)[:_KINDS_SHOWN]))
    lines = await known_of_kinds(session, viewer, catalogue, kinds, limit=limit)
    return _panel(
        Text(zh="可能有这个需求的单位", en="Organisations likely to have it"), lines, estimated=True
    )


def _kind_of(rule: Prior) -> tuple[str, str | None, str | None]:
    return rule.industry, rule.sub_industry, rule.level


def _panel(
    title: Text, lines: list[OrganisationLine], *, estimated: bool = False
) -> OrganisationsPanel | None:
    return OrganisationsPanel(title, tuple(lines), estimated) if lines else None


_FINDERS: dict[str, Find] = {
    "industry": _of_industry,
    "regulation": _of_regulation,
    "need": _with_need,
}


async def _load(
    session: ReadSession, viewer: Viewer, subject: Subject, limit: int
) -> OrganisationsPanel | None:
    return await _FINDERS[subject.kind](session, viewer, await current_catalogue(session), subject, limit)


def _as_json(panel: OrganisationsPanel, language: Language) -> RelatedOrganisations:
    return RelatedOrganisations(
        title=panel.title.in_language(language),
        is_estimate=panel.estimated,
        items=[line_out(line, language) for line in panel.lines],
    )


PANELS = (
    Panel(
        key="organisations",
        subject_kinds=frozenset({"industry", "regulation", "need"}),
        order=10,
        load=_load,
        template="registry/_organisations_panel.html",
        as_json=_as_json,
    ),
)
