"""What giving and managing factors rests on; put together by the entry point."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.factors.passkeys import Site
from app.features.members.signing_in.own_rows import acting_for_oneself
from app.kit.sealing import Sealer
from app.kit.viewer import Viewer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Ground:
    database: Database
    sealer: Sealer
    site: Site
    postbox: Postbox
    forms: Sealer  # of what was typed before a factor was asked for

    async def write(self, viewer: Viewer, work: Callable[[WriteSession], Awaitable[Result]]) -> Result:
        """What is the viewer's own."""
        with acting_for_oneself(viewer):
            return await run_write(self.database, work)

    async def read(self, viewer: Viewer, work: Callable[[ReadSession], Awaitable[Result]]) -> Result:
        with acting_for_oneself(viewer):
            async with self.database.reading() as session:
                return await work(session)


async def ground_of(request: Request) -> Ground:
    ground: Ground = request.app.state.factors
    return ground


GroundDep = Annotated[Ground, Depends(ground_of)]
