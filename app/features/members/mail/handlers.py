"""Sending, by the worker. A mail is tried for two days; then it stands as given up in the staff console."""

import asyncio
import json
from datetime import timedelta

from sqlalchemy import delete, select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import MailWritten
from app.features.members.mail.transport import NotSent, Transport, message_of
from app.kit import clock
from app.kit.sealing import Sealer
from app.outbox.events import Handlers
from app.web.traditional import to_traditional

_KEPT = timedelta(days=30)  # that a mail was sent, or could not be


def handlers(database: Database, sealer: Sealer, transport: Transport, sender: str) -> Handlers:
    async def on_mail_written(event: MailWritten) -> None:
        async with database.reading() as session:
            columns = (Mail.language, Mail.sealed, Mail.give_up_at)
            row = (
                await session.execute(
                    select(*columns).where(Mail.id == event.mail_id, Mail.state == "waiting")
                )
            ).one_or_none()
        if row is None:
            return
        try:
            await _send(row.language, row.sealed, event.mail_id)
        except Exception as error:
            # Its message may name the address; the outbox and the log would keep it.
            problem = NotSent.described(error)
            if await _note(event.mail_id, problem, is_over=clock.now() >= row.give_up_at):
                return
            raise NotSent(problem) from None

        async def finish(session: WriteSession) -> None:
            now, sent = clock.now(), update(Mail).where(Mail.id == event.mail_id)
            await session.execute(sent.values(state="sent", sealed=None, sent_at=now, problem=None))
            done = delete(Mail).where(Mail.state.in_(("sent", "given_up")), Mail.created_at < now - _KEPT)
            await session.execute(done)

        await run_write(database, finish)

    async def _send(language: str, sealed: str, mail_id: int) -> None:
        content = json.loads(sealer.open(sealed))
        if language == "zh-hant":
            content |= {part: to_traditional(content[part]) for part in ("subject", "body")}
        message = message_of(sender=sender, **content)
        await asyncio.to_thread(transport.send, message, mail_id=mail_id)

    async def _note(mail_id: int, problem: str, *, is_over: bool) -> bool:
        """What went wrong, for staff; returns whether the mail is given up with this."""

        async def note(session: WriteSession) -> None:
            values = {"problem": problem} | ({"state": "given_up"} if is_over else {})
            await session.execute(update(Mail).where(Mail.id == mail_id).values(values))

        await run_write(database, note)
        return is_over

    return {MailWritten: on_mail_written}
