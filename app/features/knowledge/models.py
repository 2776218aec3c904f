"""Tables of the knowledge pack: its entries as documents, and which pack is loaded."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

# A prior is known by up to four codes of 64 characters.
SLUG_LENGTH = 280


class KnowledgeEntry(Base):
    """One thing of the pack; `digest` is that of `body`, so that a reload sees what changed."""

    __tablename__ = "knowledge_entries"
    __table_args__ = (
        UniqueConstraint("kind", "slug", name="uq_knowledge_entries_kind_slug"),
        CheckConstraint(
            "kind IN ('industry', 'conflict_rule', 'regulation', 'need', 'outline', 'prior',"
            " 'region_hint', 'notes')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    position: Mapped[int]  # order within the kind
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(16))


class KnowledgePack(Base):
    """The pack that is loaded: one row, or none before the first load."""

    __tablename__ = "knowledge_pack"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    version: Mapped[str] = mapped_column(String(16))
    is_shipped: Mapped[bool]  # not an operator's own: a newer program may replace it
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
