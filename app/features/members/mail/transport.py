"""How mails leave: into a folder (development, tests) or through an SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

_TIMEOUT = 20.0


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


def message_of(*, sender: str, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
