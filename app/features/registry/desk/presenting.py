"""Reports as staff read them: what stands there now beside what it should be, in words."""

from dataclasses import dataclass

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.life.forms import LABELS
from app.features.registry.life.review import OpenReport
from app.kit.places import place_name
from app.kit.text import Text

_SAID = {
    "correction": Text("改正信息", "Correction"),
    "objection": Text("不应出现", "Should not be here"),
    "fact": Text("事实异议", "Objection to a fact"),
}


@dataclass(frozen=True, slots=True)
class Change:
    label: Text
    before: Text | None
    after: Text


@dataclass(frozen=True, slots=True)
class ReportCard:
    report: OpenReport
    kind: Text
    href: str
    changes: tuple[Change, ...]


def card_of(report: OpenReport, catalogue: Catalogue) -> ReportCard:
    changes = tuple(
        Change(LABELS[field], _shown(catalogue, report, field, report.current.get(field)), after)
        for field, value in report.proposed.items()
        if (after := _shown(catalogue, report, field, value)) is not None
    )
    kind = "fact" if report.about == "fact" else report.kind
    return ReportCard(report, _SAID[kind], f"/{report.about}s/{report.subject}", changes)


def _shown(catalogue: Catalogue, report: OpenReport, field: str, value: str | None) -> Text | None:
    """Codes in words, names as they are."""
    if not value:
        return None
    industry = catalogue.industries.get(report.proposed.get("industry") or report.current.get("industry", ""))
    if field == "industry" and value in catalogue.industries:
        return catalogue.industries[value].name
    if field == "level" and industry is not None:
        return next((level.name for level in industry.levels if level.code == value), Text(value, value))
    return place_name(value) if field in ("province", "city") else Text(value, value)
