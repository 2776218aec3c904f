"""What an import of notices did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.features.registry.import_problems import ImportReport

_KEPT = (
    "rows",
    "new",
    "changed",
    "unchanged",
    "refused",
    "noted",
    "matched",
    "ambiguous",
    "unknown",
    "unnamed",
    "no_need",
    "facts_new",
    "facts_changed",
    "facts_gone",
)


@dataclass(slots=True)
class FactsReport(ImportReport):
    """Rows as in every import (`new` to `unchanged` count notices), then what became of them."""

    matched: int = 0
    ambiguous: int = 0
    unknown: int = 0
    unnamed: int = 0  # of those unknown: the notice says of nobody whose need it is
    no_need: int = 0
    facts_new: int = 0
    facts_changed: int = 0
    facts_gone: int = 0
    needs: dict[str, int] = field(default_factory=dict)  # notices that speak of each
    import_id: str | None = None  # public id; None where nothing changed
    seen_before: str | None = None  # an import of this very file

    def counts(self) -> Mapping[str, int]:
        """As the import keeps them."""
        return {name: getattr(self, name) for name in _KEPT}
