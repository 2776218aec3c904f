"""What routes ask for: a read session, the viewer, the services the entry point put together.

All are `async def`: FastAPI would run a plain function in a thread, at a millisecond each.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.db.engine import Database, ReadSession
from app.kit.viewer import Viewer
from app.web.identity import identify
from app.web.panels import PanelRegistry


async def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def read_session(request: Request) -> AsyncIterator[ReadSession]:
    database: Database = request.app.state.database
    async with database.reading() as session:
        yield session


async def viewer_of(request: Request) -> Viewer:
    return await identify(request)


async def panels_of(request: Request) -> PanelRegistry:
    panels: PanelRegistry = request.app.state.panels
    return panels


DatabaseDep = Annotated[Database, Depends(database_of)]
# Function scope: the session ends before the answer is sent, so no page is held open by a slow reader.
ReadSessionDep = Annotated[ReadSession, Depends(read_session, scope="function")]
ViewerDep = Annotated[Viewer, Depends(viewer_of)]
PanelsDep = Annotated[PanelRegistry, Depends(panels_of)]
