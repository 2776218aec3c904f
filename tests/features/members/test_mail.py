"""Mails leave through the outbox: tried for two days, sealed until then, and never named in what fails."""

import asyncio
import email
import email.policy
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.mail.handlers import handlers
from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import PURPOSE, Letter, Postbox
from app.features.members.mail.transport import (
    FolderTransport,
    NotSent,
    RestingTransport,
    SmtpTransport,
    Transport,
    message_of,
)
from app.kit.sealing import Sealer
from app.kit.text import Text
from app.outbox.claimer import Claimer
from app.outbox.models import OutboxJob
from tests.browser.site import free_port

SEALER = Sealer(["secret of the tests"], PURPOSE)
LETTER = Letter("test", Text("主题标记", "subject mark"), Text("正文标记\nhttps://x/y", "body mark"))
ADDRESS = "anaanaana@example.com"


async def post(database: Database, *, language: str = "zh") -> None:
    postbox = Postbox(SEALER, "https://top.example")
    await run_write(database, lambda session: postbox.post(session, LETTER, to=ADDRESS, language=language))


def claimer_of(database: Database, transport: Transport) -> Claimer:
    return Claimer(database, handlers(database, SEALER, transport, "ToP <top@top.example>"))


async def mail_of(database: Database) -> Any:
    async with database.reading() as session:
        return (await session.execute(select(*Mail.__table__.c))).one()


async def jobs_of(database: Database) -> list[Any]:
    async with database.reading() as session:
        return list((await session.execute(select(*OutboxJob.__table__.c))).all())


def sent(folder: Path) -> list[Path]:
    return list(folder.glob("*.eml"))


class Away:
    """A server that cannot be reached, until it can."""

    def __init__(self, folder: Path) -> None:
        self.is_away = True
        self.attempts = 0
        self.folder = FolderTransport(folder)

    def send(self, message: EmailMessage, *, mail_id: int) -> None:
        self.attempts += 1
        if self.is_away:
            raise ConnectionRefusedError(f"nobody to take {message['To']}")
        self.folder.send(message, mail_id=mail_id)


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
async def test_a_mail_is_a_file_where_there_is_no_server(
    database: Database, tmp_path: Path, language: str
) -> None:
    await post(database, language=language)
    assert await claimer_of(database, FolderTransport(tmp_path)).run_due() == 1
    [file] = sent(tmp_path)
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    subject = {"zh": "主题标记", "zh-hant": "主題標記", "en": "subject mark"}[language]
    assert (message["To"], message["Subject"]) == (ADDRESS, subject)
    mail = await mail_of(database)
    assert (mail.state, mail.sealed) == ("sent", None)
    assert await jobs_of(database) == []


async def test_a_server_away_for_a_day_loses_nothing(database: Database, tmp_path: Path) -> None:
    away = Away(tmp_path)
    claimer = claimer_of(database, away)
    with time_machine.travel("2026-11-29T00:00:00Z", tick=False) as travel:
        await post(database)
        for _ in range(24 * 6):
            await claimer.run_due()
            travel.shift(timedelta(minutes=10, seconds=1))
        assert 100 < away.attempts < 200, "backed off, but tried all day"
        assert (await mail_of(database)).state == "waiting"
        away.is_away = False
        assert await claimer.run_due() == 1
    assert (await mail_of(database)).state == "sent"
    assert len(sent(tmp_path)) == 1


async def test_after_two_days_it_stands_as_given_up(database: Database, tmp_path: Path) -> None:
    claimer = claimer_of(database, Away(tmp_path))
    with time_machine.travel("2026-11-29T00:00:00Z", tick=False) as travel:
        await post(database)
        for _ in range(47):
            await claimer.run_due()
            travel.shift(timedelta(hours=1))
        assert (await mail_of(database)).state == "waiting"
        travel.shift(timedelta(hours=1, minutes=1))
        await claimer.run_due()
    mail = await mail_of(database)
    assert (mail.state, mail.problem) == ("given_up", "ConnectionRefusedError")
    assert mail.sealed, "its content is kept for another try"
    assert await jobs_of(database) == []


async def test_a_worker_that_was_away_for_days_still_tries(database: Database, tmp_path: Path) -> None:
    with time_machine.travel("2026-11-29T00:00:00Z", tick=False) as travel:
        await post(database)
        travel.shift(timedelta(days=5))
        await claimer_of(database, FolderTransport(tmp_path)).run_due()
    assert (await mail_of(database)).state == "sent"


@pytest.mark.statement(66)
async def test_neither_log_nor_job_nor_row_tells_of_a_mail(
    database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await post(database)
    await claimer_of(database, Away(tmp_path)).run_due()
    told = "".join(capfd.readouterr()) + repr(await jobs_of(database)) + repr(await mail_of(database))
    assert "ConnectionRefusedError" in told
    for secret in (ADDRESS, "主题标记", "正文标记"):
        assert secret not in told


async def test_what_was_done_with_long_ago_is_forgotten(database: Database, tmp_path: Path) -> None:
    claimer = claimer_of(database, FolderTransport(tmp_path))
    with time_machine.travel("2026-11-29T00:00:00Z", tick=False) as travel:
        await post(database)
        await claimer.run_due()
        travel.shift(timedelta(days=31))
        await post(database)
        await claimer.run_due()
        async with database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(Mail)) == 1


def test_an_unreachable_server_is_left_alone_for_a_minute() -> None:
    now = 0.0
    away = Away(Path())
    resting = RestingTransport(away, now=lambda: now)
    message = EmailMessage()
    for expected in (ConnectionRefusedError, NotSent, NotSent):
        with pytest.raises(expected):
            resting.send(message, mail_id=1)
    assert away.attempts == 1
    now = 61.0
    with pytest.raises(ConnectionRefusedError):
        resting.send(message, mail_id=1)
    assert away.attempts == 2


def test_a_refused_mail_does_not_stop_the_others() -> None:
    class Refusing:
        def send(self, message: EmailMessage, *, mail_id: int) -> None:
            raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})

    resting = RestingTransport(Refusing())
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            resting.send(EmailMessage(), mail_id=1)
        assert NotSent.described(refusal.value) == "SMTPRecipientsRefused 550"


class Box:
    """Takes mails as a server does, but from nobody called nobody."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    box, port = Box(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


async def test_through_a_server(database: Database, box: tuple[Box, str]) -> None:
    await post(database)
    await claimer_of(database, SmtpTransport(box[1])).run_due()
    [(to, content)] = box[0].taken
    assert to == [ADDRESS]
    assert b"Auto-Submitted: auto-generated" in content
    assert (await mail_of(database)).state == "sent"


async def test_what_the_server_says_of_an_address_is_kept_without_it(box: tuple[Box, str]) -> None:
    message = message_of(sender="top@top.example", to="nobody@example.com", subject="s", body="b")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        await asyncio.to_thread(SmtpTransport(box[1]).send, message, mail_id=1)
    assert NotSent.described(refusal.value) == "SMTPRecipientsRefused 550"


async def test_a_password_is_never_sent_without_encryption(box: tuple[Box, str]) -> None:
    server = box[1].replace("smtp://", "smtp://user:password@")
    message = message_of(sender="top@top.example", to=ADDRESS, subject="s", body="b")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        await asyncio.to_thread(SmtpTransport(server).send, message, mail_id=1)
    assert box[0].taken == []


async def test_a_mail_of_undone_work_does_not_exist(database: Database) -> None:
    async def fail(session: WriteSession) -> None:
        await Postbox(SEALER, "").post(session, LETTER, to=ADDRESS, language="en")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_write(database, fail)
    assert await jobs_of(database) == []
