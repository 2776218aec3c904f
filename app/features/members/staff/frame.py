"""Answering staff with pages: each stands in the console's frame, with the pages that their roles open."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from app.features.members.staff.desk import Desk
from app.web.pages import Page, PageDep


class StaffFrame:
    """How to answer this request of staff. Templates extend `members/staff/frame.html`."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page = page
        self.desk = desk

    async def respond(
        self, template: str, *, current: str, status_code: int = 200, **context: Any
    ) -> HTMLResponse:
        """A page of staff; `current` is the key of its StaffPage, `console` for the console itself."""
        return self.page.respond(
            template,
            status_code=status_code,
            staff_pages=self.desk.open_to(self.page.viewer),
            current=current,
            **context,
        )


async def _frame(request: Request, page: PageDep) -> StaffFrame:
    return StaffFrame(page, request.app.state.desk)


StaffFrameDep = Annotated[StaffFrame, Depends(_frame)]
