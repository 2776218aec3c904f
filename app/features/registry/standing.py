"""How full the registry is, for those who run it. Counted row by row: not for pages."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.facts.models import Fact, Notice
from app.features.registry.models import Source
from app.features.registry.queries import count_organisations
from app.features.registry.synthetic import PREFIX


@dataclass(frozen=True, slots=True)
class Standing:
    """`organisations` are those to be found; `unmatched` notices await staff; `synthetic` tells a database
    that was filled for benches."""

    organisations: int
    facts: int
    notices: int
    unmatched: int
    synthetic: bool


async def standing_of(session: AsyncSession) -> Standing:
    unmatched = Notice.state.in_(("ambiguous", "unknown"))
    synthetic = select(Source.id).where(Source.key.startswith(PREFIX, autoescape=True)).limit(1)
    return Standing(
        organisations=await count_organisations(session),
        facts=await session.scalar(select(func.count()).select_from(Fact)) or 0,
        notices=await session.scalar(select(func.count()).select_from(Notice)) or 0,
        unmatched=await session.scalar(select(func.count()).select_from(Notice).where(unmatched)) or 0,
        synthetic=await session.scalar(synthetic) is not None,
    )
