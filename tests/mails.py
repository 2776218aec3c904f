"""What waits to be sent, opened: tests read mails as their readers would."""

import json
import re
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import PURPOSE
from app.kit.sealing import Sealer


@dataclass(frozen=True, slots=True)
class MailRead:
    kind: str
    to: str
    subject: str
    body: str

    @property
    def path(self) -> str:
        """Of its first link, on this site."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.body)
        assert found, self.body
        return found.group(1)


async def read_mails(app: FastAPI) -> list[MailRead]:
    """The oldest first."""
    sealer = Sealer(app.state.settings.secrets, PURPOSE)
    async with app.state.database.reading() as session:
        rows = await session.execute(
            select(Mail.kind, Mail.sealed).where(Mail.state != "sent").order_by(Mail.id)
        )
        return [MailRead(kind=row.kind, **json.loads(sealer.open(row.sealed))) for row in rows]
