"""What routes of this and higher rooms ask for: the current catalogue."""

from typing import Annotated

from fastapi import Depends

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.queries import current_catalogue
from app.web.dependencies import ReadSessionDep


async def _catalogue(session: ReadSessionDep) -> Catalogue:
    return await current_catalogue(session)


CatalogueDep = Annotated[Catalogue, Depends(_catalogue, scope="function")]
