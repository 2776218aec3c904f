"""Writing a mail, in the transaction of what it tells of. The worker sends it; nobody waits for a server."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import delete, insert, select

from app.db.engine import WriteSession
from app.features.members.mail.models import Mail
from app.kit import clock
from app.kit.sealing import SealBroken, Sealer
from app.kit.text import Text
from app.outbox.recorder import record

PURPOSE = "mail"
TRIED_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. Nothing confidential: "you have an update", and where to read it."""

    kind: str  # for staff who look why it was not sent
    subject: Text
    body: Text


@dataclass(frozen=True)
class MailWritten:
    topic: ClassVar[str] = "mail_written"
    # The mail itself is given up before its job is, so that staff see it.
    patience: ClassVar[timedelta] = TRIED_FOR + timedelta(hours=24)
    mail_id: int


class Postbox:
    """Knows the key that mails are sealed with until they are sent, and the address that links begin with."""

    def __init__(self, sealer: Sealer, public_address: str, *, stays_here: bool = False) -> None:
        """`stays_here`: no mail server is set, so that mails are files of this machine."""
        self._sealer = sealer
        self._public_address = public_address
        self.stays_here = stays_here

    def address_of(self, path: str) -> str:
        """Of a page, under the configured address: never under what a request calls this host."""
        return f"{self._public_address}{path}"

    async def post(self, session: WriteSession, letter: Letter, *, to: str, language: str) -> None:
        """`language`: zh, zh-hant or en."""
        text = [letter.subject, letter.body]
        subject, body = (one.en if language == "en" else one.zh for one in text)
        now = clock.now()
        mail = insert(Mail).values(
            kind=letter.kind,
            language=language,
            sealed=self._sealer.seal(json.dumps({"to": to, "subject": subject, "body": body})),
            state="waiting",
            created_at=now,
            give_up_at=now + TRIED_FOR,
        )
        written = await session.execute(mail.returning(Mail.id))
        record(session, MailWritten(written.scalar_one()))

    async def forget(self, session: WriteSession, address: str) -> None:
        """Mails to an address that were not sent. What they hold is sealed, so each is opened to see."""
        unsent = select(Mail.id, Mail.sealed).where(Mail.state != "sent", Mail.sealed.is_not(None))
        for mail_id, sealed in (await session.execute(unsent)).all():
            if sealed is not None and self._is_to(sealed, address):
                await session.execute(delete(Mail).where(Mail.id == mail_id))

    def _is_to(self, sealed: str, address: str) -> bool:
        try:
            return bool(json.loads(self._sealer.open(sealed))["to"] == address)
        except SealBroken:  # under a key that is gone: nobody can read it any more
            return False
