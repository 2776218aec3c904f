"""What the pages of the ledger's queues have in common: a list, acts on its items, what became of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

REFUSALS = (Invalid, Conflict, NotAllowed, NotFound)
DoneQuery = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of one of finance staff. `given`: what was typed, empty on a visit."""

    frame: StaffFrame
    database: Database
    viewer: Viewer
    given: Mapping[str, str]
    payout_provider: str  # empty: staff pay out

    def field(self, name: str) -> str:
        return self.given.get(name, "")


async def _asked(request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep) -> Asked:
    given = await typed(request) if request.method == "POST" else {}
    return Asked(frame, database, viewer, given, request.app.state.settings.payout_provider)


AskedDep = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Queue:
    """The page of one queue. `load`: what its template needs beside the item that an act was refused for
    (`at`), what was typed then (`given`), `error`, `error_field` and `done`."""

    name: str  # of its address and template
    load: Callable[[Asked], Awaitable[Mapping[str, Any]]]

    async def show(
        self, asked: Asked, *, done: str = "", error: DomainError | None = None, at: str = ""
    ) -> Response:
        return await asked.frame.respond(
            f"ledger/desk/{self.name}.html",
            current=f"ledger-{self.name}",
            status_code=status_of(error) if error else 200,
            done=done,
            error=error.message if error else None,
            error_field=error.field if error else None,
            at=at,
            given=asked.given,
            **await self.load(asked),
        )

    async def act(self, asked: Asked, doing: Awaitable[object], *, done: str = "", at: str = "") -> Response:
        """Do it and go back to the list; what is refused is shown there, with what was typed.

        `done` says there what became of it; without it, the result of `doing` does.
        """
        try:
            outcome = await doing
        except REFUSALS as error:
            return await self.show(asked, error=error, at=at)
        return RedirectResponse(f"/staff/ledger/{self.name}?done={done or outcome}", 303)
