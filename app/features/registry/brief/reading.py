"""The brief of an answer, with the public facts read for it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.answers import Answer
from app.features.registry.brief.assembling import assemble
from app.features.registry.brief.contents import Brief
from app.features.registry.facts.queries import facts_of
from app.kit import clock
from app.kit.text import Language
from app.kit.viewer import Viewer


async def brief_of(session: AsyncSession, viewer: Viewer, answer: Answer, *, language: Language) -> Brief:
    facts = await facts_of(session, viewer, answer.organisation.id) if answer.organisation else ()
    return assemble(answer, facts, language=language, today=clock.today())
