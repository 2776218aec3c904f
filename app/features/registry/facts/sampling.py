"""Where a collection of notices was gathered by searching for a topic.

How often such a topic appears in it says what the collector looked for, not how common the need is. So
notices about it count for nothing among comparable organisations: neither as a need of theirs, nor as a
sign that their other purchases would have been seen. They stay facts about the organisation itself.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.features.registry.models import Source


@dataclass(frozen=True, slots=True)
class SearchedTopic:
    """`titles` are SQL patterns of the titles that the search brought in, `industries` those of the buyers.

    Of `needs` such notices are so large a part that what is left of the count would say nothing true.
    """

    source: str  # its key
    titles: tuple[str, ...]
    industries: frozenset[str]
    needs: frozenset[str]


SEARCHED_TOPICS = (
    # Half of its titles: a tender search for systems and lockers that manage who enters operating theatres.
    SearchedTopic(
        "daijy0926/zhaotoubiaoshuju",
        ("%手术%", "%行为%管理%", "%更衣%", "%被服%", "%智能%柜%"),
        industries=frozenset({"healthcare"}),
        needs=frozenset({"hospital-operation-hrp"}),
    ),
)

UNCOUNTABLE = frozenset(need for topic in SEARCHED_TOPICS for need in topic.needs)


def is_searched_for(
    source_id: InstrumentedAttribute[int], title: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Whether a notice or fact is about what its collector searched for."""
    return or_(
        false(),
        *(
            and_(
                source_id.in_(select(Source.id).where(Source.key == topic.source)),
                or_(*(title.like(pattern) for pattern in topic.titles)),
            )
            for topic in SEARCHED_TOPICS
        ),
    )


def is_counted_in_part(industry: str) -> bool:
    """Whether notices about organisations of the industry were left out of the counts."""
    return any(industry in topic.industries for topic in SEARCHED_TOPICS)
