"""One public fact with all that its page says: the notices behind it, its licence, how far it has faded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.db.quick import Reader
from app.features.knowledge.notices import is_failure
from app.features.knowledge.prediction.weighing import HALF_LIFE_DAYS
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.facts.queries import fact_from, fact_statement
from app.features.registry.facts.records import FactRecord
from app.features.registry.facts.words import AMOUNT_KINDS, FAILED, NOTICE_KINDS
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

_NOTICES = 50  # of one project
_LONGEST_ID = 22


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """One notice of a project; `amount` in whole yuan."""

    kind: str
    title: str
    published_on: date
    amount: int | None
    amount_kind: str | None
    site: str | None
    url: str | None

    @property
    def kind_name(self) -> Text:
        return FAILED if self.has_failed else NOTICE_KINDS[self.kind]

    @property
    def has_failed(self) -> bool:
        return is_failure(self.kind, self.title)

    @property
    def amount_kind_name(self) -> Text | None:
        return AMOUNT_KINDS.get(self.amount_kind or "")


@dataclass(frozen=True, slots=True)
class FactHistory:
    """`licence` is None where the source states none; `share_left` is what its age leaves of its weight."""

    fact: FactRecord
    licence: str | None
    share_left: float
    notices: Sequence[NoticeRecord]


async def fact_of(session: Reader, viewer: Viewer, public_id: str) -> FactHistory:
    """Raises NotFound, also for a fact that was taken down or is under objection."""
    statement = fact_statement().add_columns(Fact.organisation_id).where(Fact.public_id == public_id)
    row = (await session.execute(statement)).one_or_none() if _is_id(public_id) else None
    if row is None:
        raise NotFound(
            Text(
                zh="没有这条公开事实。链接可能有误，或者它因为有人提出异议而不再显示。",
                en="There is no such public fact. The link may be wrong, or somebody objected and it is no "
                "longer shown.",
            ),
            field="id",
        )
    fact = fact_from(row)
    return FactHistory(
        fact=fact,
        licence=row.source_licence,
        share_left=share_left(fact.event_on, clock.today()),
        notices=await _notices(session, fact, row.organisation_id),
    )


def share_left(event_on: date, today: date) -> float:
    """Of the weight of a fresh fact, by the half-life of the prediction."""
    return float(0.5 ** (max(0, (today - event_on).days) / HALF_LIFE_DAYS))


def _is_id(public_id: str) -> bool:
    return 0 < len(public_id) <= _LONGEST_ID and public_id.isascii() and public_id.isalnum()


async def _notices(session: Reader, fact: FactRecord, organisation_id: int) -> Sequence[NoticeRecord]:
    """Those of the project that speak of the need, the newest first."""
    columns = (getattr(Notice, name) for name in NoticeRecord.__slots__)
    statement = (
        select(Notice.needs, *columns)
        .where(
            Notice.project_key == fact.project_key,
            Notice.organisation_id == organisation_id,
            Notice.state == "matched",
        )
        .order_by(Notice.published_on.desc(), Notice.id.desc())
        .limit(_NOTICES)
    )
    rows: Any = (await session.execute(statement)).all()
    return [NoticeRecord(*told) for needs, *told in rows if fact.need in needs]
