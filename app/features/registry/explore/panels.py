"""What public facts say on the pages of needs, industries and organisations."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Catalogue, Need
from app.features.knowledge.queries import current_catalogue
from app.features.registry.explore import schemas, totals
from app.features.registry.explore.facts import facts_by
from app.features.registry.explore.filters import Filters
from app.features.registry.explore.presenting import needs_out, purchases_out, white_space_out
from app.features.registry.explore.totals import NeedTotal, Total, Whereabouts
from app.features.registry.explore.views import ListedFact, listed
from app.features.registry.explore.white_space import Gap, WhiteSpace, white_space_of
from app.features.registry.explore.words import NO_PROOF, group_name
from app.features.registry.facts.records import FactRecord
from app.features.registry.facts.schemas import fact_item
from app.kit.subject import Subject
from app.kit.text import Language, Text
from app.kit.viewer import Viewer
from app.web.panels import Panel

_NEWEST = 5


@dataclass(frozen=True, slots=True)
class NeedPurchases:
    need: str
    found: Whereabouts
    newest: Sequence[FactRecord]
    catalogue: Catalogue

    @property
    def lines(self) -> list[ListedFact]:
        return listed(self.newest, self.catalogue, with_needs=False)

    @property
    def by_industry(self) -> list[tuple[Text, str, Total]]:
        industries = self.catalogue.industries
        return [
            (industries[code].name, code, total)
            for code, total in self.found.by_industry
            if code in industries
        ]


@dataclass(frozen=True, slots=True)
class IndustryPurchases:
    industry: str
    found: Sequence[NeedTotal]
    newest: Sequence[FactRecord]
    catalogue: Catalogue

    @property
    def lines(self) -> list[ListedFact]:
        return listed(self.newest, self.catalogue, with_needs=True)

    @property
    def needs(self) -> list[tuple[Need, NeedTotal]]:
        return [(self.catalogue.needs[one.need], one) for one in self.found]


@dataclass(frozen=True, slots=True)
class OrganisationWhiteSpace:
    found: WhiteSpace
    catalogue: Catalogue

    @property
    def gaps(self) -> list[tuple[Need, Gap]]:
        needs = self.catalogue.needs
        return [(needs[gap.need], gap) for gap in self.found.gaps if gap.need in needs]

    @property
    def group(self) -> Text:
        return group_name(self.found.scope, self.catalogue)

    @property
    def no_proof(self) -> Text:
        return NO_PROOF


async def _of_need(
    session: ReadSession, viewer: Viewer, subject: Subject, limit: int
) -> NeedPurchases | None:
    found = await totals.whereabouts_of(session, viewer, subject.public_id)
    if found is None:
        return None
    newest = await facts_by(session, viewer, Filters(need=subject.public_id), limit=_NEWEST)
    return NeedPurchases(subject.public_id, found, newest, await current_catalogue(session))


def _need_as_json(panel: NeedPurchases, language: Language) -> schemas.Purchases:
    return purchases_out(panel.found, panel.newest, panel.catalogue, language)


async def _of_industry(
    session: ReadSession, viewer: Viewer, subject: Subject, limit: int
) -> IndustryPurchases | None:
    catalogue = await current_catalogue(session)
    filters = Filters(industry=subject.public_id)
    found = await totals.needs_in(session, viewer, filters)
    known = [one for one in found if one.need in catalogue.needs][:limit]
    if not known:
        return None
    newest = await facts_by(session, viewer, filters, limit=_NEWEST)
    return IndustryPurchases(subject.public_id, known, newest, catalogue)


def _industry_as_json(panel: IndustryPurchases, language: Language) -> schemas.IndustryPurchases:
    return schemas.IndustryPurchases(
        needs=needs_out(panel.found, panel.catalogue, language),
        newest=[fact_item(fact, language) for fact in panel.newest],
    )


async def _of_organisation(
    session: ReadSession, viewer: Viewer, subject: Subject, limit: int
) -> OrganisationWhiteSpace | None:
    found = await white_space_of(session, viewer, subject.public_id, limit=limit)
    return OrganisationWhiteSpace(found, await current_catalogue(session)) if found else None


def _white_space_as_json(panel: OrganisationWhiteSpace, language: Language) -> schemas.WhiteSpaceOut:
    return white_space_out(panel.found, panel.catalogue, language)


PANELS = (
    Panel(
        key="purchases",
        subject_kinds=frozenset({"need"}),
        order=5,
        load=_of_need,
        template="registry/explore/_need_panel.html",
        as_json=_need_as_json,
    ),
    Panel(
        key="industry_purchases",
        subject_kinds=frozenset({"industry"}),
        order=5,
        load=_of_industry,
        template="registry/explore/_industry_panel.html",
        as_json=_industry_as_json,
    ),
    Panel(
        key="white_space",
        subject_kinds=frozenset({"organisation"}),
        order=30,
        load=_of_organisation,
        template="registry/explore/_white_space_panel.html",
        as_json=_white_space_as_json,
    ),
)
