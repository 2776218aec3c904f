"""Answering staff with pages: each stands in the console's frame, with the pages that their roles open."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from app.db.engine import Database
from app.features.members.permissions import Permission
from app.features.members.staff.break_glass.queries import OpenGlass, open_glasses
from app.features.members.staff.break_glass.types import BreakGlassTypes
from app.features.members.staff.desk import Desk
from app.web.pages import Page, PageDep


class StaffFrame:
    """How to answer this request of staff. Templates extend `members/staff/frame.html`."""

    def __init__(self, page: Page, desk: Desk, glass: BreakGlassTypes, database: Database) -> None:
        self.page = page
        self.desk = desk
        self.glass = glass
        self._database = database

    async def respond(
        self, template: str, *, current: str, status_code: int = 200, **context: Any
    ) -> HTMLResponse:
        """A page of staff; `current` is the key of its StaffPage, `console` for the console itself."""
        return self.page.respond(
            template,
            status_code=status_code,
            staff_pages=self.desk.open_to(self.page.viewer),
            open_glasses=await self._open_glasses(),
            glass=self.glass,
            current=current,
            **context,
        )

    async def _open_glasses(self) -> Sequence[OpenGlass]:
        """For the banner that stands on every page of theirs while something confidential is open."""
        if not self.page.viewer.may(Permission.STAFF_BREAK_GLASS):
            return ()
        async with self._database.reading() as session:
            return await open_glasses(session, self.page.viewer)


async def _frame(request: Request, page: PageDep) -> StaffFrame:
    state = request.app.state
    return StaffFrame(page, state.desk, state.glass, state.database)


StaffFrameDep = Annotated[StaffFrame, Depends(_frame)]
