"""Sending, by the worker. A mail is tried for two days; then it stands as given up in the staff console."""

import asyncio
import json

from sqlalchemy import select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import MailWritten
from app.features.members.mail.transport import Transport, message_of
from app.kit import clock
from app.kit.sealing import Sealer
from app.outbox.events import Handlers
from app.web.traditional import to_traditional


def handlers(database: Database, sealer: Sealer, transport: Transport, sender: str) -> Handlers:
    async def on_mail_written(event: MailWritten) -> None:
        async with database.reading() as session:
            row = (
                await session.execute(
                    select(Mail.language, Mail.sealed).where(Mail.id == event.mail_id, Mail.state != "sent")
                )
            ).one_or_none()
        if row is None:
            return
        content = json.loads(sealer.open(row.sealed))
        if row.language == "zh-hant":
            content |= {part: to_traditional(content[part]) for part in ("subject", "body")}
        message = message_of(sender=sender, **content)
        await asyncio.to_thread(transport.send, message, mail_id=event.mail_id)

        async def finish(session: WriteSession) -> None:
            sent = update(Mail).where(Mail.id == event.mail_id)
            await session.execute(sent.values(state="sent", sealed=None, sent_at=clock.now()))

        await run_write(database, finish)

    return {MailWritten: on_mail_written}
