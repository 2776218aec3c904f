"""Stored totals of public facts, so that no page counts them."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.features.registry.facts.models import NEED_LENGTH
from app.features.registry.models import CODE_LENGTH, REGION_LENGTH

ALL = "*"  # in a column of the key: summed over all its values; empty is "unknown"
ALL_YEARS = 0


class FactTotal(Base):
    """Shown facts of one need, or of all, in one group: an industry, level and province, or all of each.

    Written anew after facts or organisations changed. A level is only told apart where industry and
    province are, and over all years. Amounts belong to whole projects: those of different needs must
    not be added up, and the row of all needs has none.
    """

    __tablename__ = "fact_totals"

    industry: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    level: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    province: Mapped[str] = mapped_column(String(REGION_LENGTH), primary_key=True)
    need: Mapped[str] = mapped_column(String(NEED_LENGTH), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facts: Mapped[int]
    organisations: Mapped[int]  # distinct; 0 in the rows of single years
    amounts: Mapped[int]  # facts with a known amount
    amount_sum: Mapped[int] = mapped_column(BigInteger)  # whole yuan
    amount_median: Mapped[int | None] = mapped_column(BigInteger)  # where it is shown; None elsewhere


Index("ix_fact_totals_need", FactTotal.need, FactTotal.year)
