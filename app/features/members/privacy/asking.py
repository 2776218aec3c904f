"""What both faces ask of people's own data, of what the entry point put together."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, ReadSession, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.audit.recording import record_audit
from app.features.members.privacy.copying import CopyState, ask_for_copy, take_copy
from app.features.members.privacy.erasing import Eraser, closing_with, refuse_last_admin
from app.features.members.privacy.models import DataCopy
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.sealing import Sealer
from app.kit.text import Text
from app.kit.viewer import Viewer

CONFIRMATION = Text(zh="注销", en="ERASE")  # to be typed; either word will do
# How the archive is handed out: to be saved, never shown by the browser.
ARCHIVE = {
    "content-disposition": 'attachment; filename="top-my-data.zip"',
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


async def copy_state(session: AsyncSession, viewer: Viewer) -> CopyState | None:
    """Of the copy asked for last, while it may be taken."""
    statement = select(DataCopy.state, DataCopy.asked_at, DataCopy.expires_at).where(
        DataCopy.person_id == viewer.person_id, DataCopy.expires_at > clock.now()
    )
    row = (await session.execute(statement)).one_or_none()
    return CopyState(*row) if row is not None else None


# What a room above keeps for a company when it closes: `OwnData` is told by the entry point.
LeftBy = Callable[[ReadSession, int], Awaitable[list[Text]]]


class OwnData:
    """The writes, each in its transaction."""

    def __init__(self, database: Database, eraser: Eraser, sealer: Sealer, *, left_by: LeftBy) -> None:
        self._database, self._eraser, self._sealer = database, eraser, sealer
        self._left_by = left_by

    async def left_behind(self, viewer: Viewer) -> list[Text]:
        """What the company has that would close with this person, in words; empty where none would."""
        assert viewer.person_id is not None
        async with self._database.reading() as session:
            company_id = await closing_with(session, viewer.person_id)
            return [] if company_id is None else await self._left_by(session, company_id)

    async def ask(self, viewer: Viewer, *, language: str) -> CopyState:
        """Raises LimitReached."""
        return await run_write(
            self._database, lambda session: ask_for_copy(session, viewer, language=language)
        )

    async def take(self, viewer: Viewer, token: str) -> bytes:
        """Raises NotFound."""
        return await run_write(
            self._database, lambda session: take_copy(session, viewer, self._sealer, token)
        )

    async def erase(self, viewer: Viewer, *, typed: str) -> None:
        """Raises Invalid for another word than the one to be typed, and Conflict."""
        if typed.strip().casefold() not in (CONFIRMATION.zh, CONFIRMATION.en.casefold()):
            raise Invalid(
                Text(
                    zh=f"请输入“{CONFIRMATION.zh}”两个字，确认要删除账号。",
                    en=f"Please type “{CONFIRMATION.en}” to confirm that the account is to be erased.",
                ),
                field="confirmation",
            )
        person_id = viewer.person_id
        assert person_id is not None

        async def work(session: WriteSession) -> None:
            await refuse_last_admin(session, person_id)
            await self._eraser.erase(session, person_id)
            await record_audit(
                session, viewer, "account.erase", object_kind="person", object_id=viewer.public_id
            )

        with acting_as(SYSTEM):
            await run_write(self._database, work)


async def _own_data(request: Request) -> OwnData:
    own: OwnData = request.app.state.own_data
    return own


OwnDataDep = Annotated[OwnData, Depends(_own_data)]
