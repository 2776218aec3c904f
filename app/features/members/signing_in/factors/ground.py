"""What giving and managing factors rests on; put together by the entry point."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from app.db.engine import Database, ReadSession, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.factors.passkeys import Site
from app.kit.sealing import Sealer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Ground:
    database: Database
    sealer: Sealer
    site: Site
    postbox: Postbox

    async def write(self, work: Callable[[WriteSession], Awaitable[Result]]) -> Result:
        """For the system: who waits for a second factor is nobody yet."""
        with acting_as(SYSTEM):
            return await run_write(self.database, work)

    async def read(self, work: Callable[[ReadSession], Awaitable[Result]]) -> Result:
        with acting_as(SYSTEM):
            async with self.database.reading() as session:
                return await work(session)


async def _ground(request: Request) -> Ground:
    ground: Ground = request.app.state.factors
    return ground


GroundDep = Annotated[Ground, Depends(_ground)]
