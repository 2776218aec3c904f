"""The vocabularies of profiles, as the entry point handed them over."""

from typing import Annotated

from fastapi import Depends, Request

from app.features.members.companies.profile.words import LoadVerticals, Vocabulary
from app.web.dependencies import ReadSessionDep


async def _vocabulary(request: Request, session: ReadSessionDep) -> Vocabulary:
    load_verticals: LoadVerticals = request.app.state.industry_names
    return Vocabulary(await load_verticals(session))


VocabularyDep = Annotated[Vocabulary, Depends(_vocabulary, scope="function")]
