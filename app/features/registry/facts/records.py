"""A public fact as a value."""

from dataclasses import dataclass
from datetime import date, datetime

from app.features.knowledge.prediction.evidence import SourceKind
from app.features.registry.facts.words import AMOUNT_KINDS, KINDS, ROLES
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class FactRecord:
    """`amount` in whole yuan, of the whole project; `source` is its attribution."""

    public_id: str
    need: str
    role: str  # "buyer" or "end_user"
    kind: SourceKind
    first_on: date
    event_on: date
    seen_at: datetime
    title: str
    amount: int | None
    amount_kind: str | None  # "budget" or "award"
    site: str | None
    url: str | None
    weight: float
    rule: str
    project_key: str
    source: Text
    organisation_id: str  # public id
    organisation: str  # its name
    industry: str
    province: str
    is_disputed: bool = False  # somebody objected and nobody has decided yet

    @property
    def href(self) -> str:
        return f"/facts/{self.public_id}"

    @property
    def report_href(self) -> str:
        """Where anybody can object to it."""
        return f"/report?about=fact&id={self.public_id}"

    @property
    def kind_name(self) -> Text:
        return KINDS[self.kind]

    @property
    def role_name(self) -> Text:
        return ROLES[self.role]

    @property
    def amount_kind_name(self) -> Text | None:
        return AMOUNT_KINDS.get(self.amount_kind or "")
