"""How mails leave: into a folder (development, tests) or through an SMTP server."""

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

_TIMEOUT = 20.0
_REST = 60.0  # seconds


class NotSent(Exception):
    """A mail did not leave. Says what kind of failure it was, and never to whom or what."""

    @staticmethod
    def described(error: Exception) -> str:
        if isinstance(error, NotSent):
            return str(error)
        code = getattr(error, "smtp_code", None)
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next((answer[0] for answer in error.recipients.values()), None)
        return f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__


class Transport(Protocol):
    """Blocking: call it in a thread. Raises OSError or SMTPException when the mail did not leave."""

    def send(self, message: EmailMessage, *, mail_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """One file a mail; sending the same mail again writes the same file."""

    folder: Path

    def send(self, message: EmailMessage, *, mail_id: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.joinpath(f"{mail_id:08d}.eml").write_bytes(message.as_bytes())


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """`smtp://user:password@host:587` (STARTTLS demanded when it has a password) or `smtps://…:465`."""

    url: str

    def send(self, message: EmailMessage, *, mail_id: int) -> None:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=_TIMEOUT, context=context
            )
        else:
            client = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT)
        with client:
            if parts.username and parts.scheme == "smtp":
                client.starttls(context=context)
            if parts.username:
                client.login(unquote(parts.username), unquote(parts.password or ""))
            client.send_message(message)


@dataclass(slots=True)
class RestingTransport:
    """After a server that could not be reached, others need not wait for it too: mails fail at once for a
    minute, so that the worker goes on with what does not need the server."""

    transport: Transport
    now: Callable[[], float] = time.monotonic
    _rests_until: float = field(default=float("-inf"), init=False)

    def send(self, message: EmailMessage, *, mail_id: int) -> None:
        if self.now() < self._rests_until:
            raise NotSent("server away")
        try:
            self.transport.send(message, mail_id=mail_id)
        except OSError as error:
            # A refusal by a server is an OSError as well: it tells of one mail, not of the server.
            if not isinstance(error, smtplib.SMTPException) or isinstance(error, _UNREACHABLE):
                self._rests_until = self.now() + _REST
            raise


_UNREACHABLE = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError)


def message_of(*, sender: str, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    local, _, domain = to.rpartition("@")  # never parsed again: it is one mailbox, however it looks
    message["From"], message["To"], message["Subject"] = sender, Address("", local, domain), subject
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
