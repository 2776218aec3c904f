"""A copy of all that is held of a person: asked for, made by the worker, taken once within a day."""

import base64
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.audit.recording import record_audit
from app.features.members.limits import Limit, spend
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Company, Person
from app.features.members.privacy.events import DataCopyAsked
from app.features.members.privacy.holdings import Holdings
from app.features.members.privacy.letters import copy_letter
from app.features.members.privacy.models import DataCopy
from app.features.members.signing_in.links import LIFETIME, issue_link, peek_link, redeem_link
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.sealing import Sealer
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.outbox.recorder import record

PURPOSE = "data copy"
FilesOf = Callable[
    [AsyncSession, int], Awaitable[Sequence[tuple[str, bytes]]]
]  # (name, content) of a person's
COPIES = Limit(5, LIFETIME["export"])  # of a person
_README = """ToP: 你的数据副本 / a copy of your data

data.json 按表列出 ToP 保存的与你有关的全部数据；各表的用途和保存期限见 docs/data-map.md。
files 文件夹里是你上传过的文件（最多 20 MB，新的在前）。
密码、动态验证码种子、令牌等只存散列或密文，不在副本里。

data.json lists, by table, all that ToP holds of you; what each is for and how long it is kept stands in
docs/data-map.md. The folder files holds what you uploaded (at most 20 MB, the newest first).
Passwords, seeds of one-time codes and tokens are stored as hashes or sealed, and left out.
"""


@dataclass(frozen=True, slots=True)
class CopyState:
    """`state`: waiting, ready or taken."""

    state: str
    asked_at: datetime
    expires_at: datetime


async def ask_for_copy(session: WriteSession, viewer: Viewer, *, language: str) -> CopyState:
    """In place of one asked for before. Raises LimitReached."""
    await spend(session, f"data_copy:{viewer.person_id}", COPIES.times, COPIES.window)
    await session.execute(delete(DataCopy).where(DataCopy.person_id == viewer.person_id))
    now = clock.now()
    made = CopyState("waiting", now, now + LIFETIME["export"])
    asked = insert(DataCopy).values(person_id=viewer.person_id, language=language, **asdict(made))
    copy_id = (await session.execute(asked.returning(DataCopy.id))).scalar_one()
    record(session, DataCopyAsked(copy_id))
    await record_audit(session, viewer, "account.copy_ask", object_kind="person", object_id=viewer.public_id)
    return made


async def make_copy(
    database: Database, holdings: Holdings, sealer: Sealer, postbox: Postbox, files: FilesOf, copy_id: int
) -> None:
    """Once; of a person who is gone nothing is made."""
    async with database.reading() as session:
        wanted = (
            await session.execute(
                select(DataCopy.person_id, DataCopy.language, Person.mail)
                .join(Person, Person.id == DataCopy.person_id)
                .where(DataCopy.id == copy_id, DataCopy.state == "waiting", Person.state == "active")
            )
        ).one_or_none()
        if wanted is None or wanted.mail is None:
            return
        told = await holdings.copy_of(session, wanted.person_id)
        told["companies"] = await _company_of(session, wanted.person_id)
        sent = await files(session, wanted.person_id)
    sealed = sealer.seal(base64.b64encode(_archive(told, sent)).decode())

    async def work(session: WriteSession) -> None:
        still = select(DataCopy.id).where(DataCopy.id == copy_id, DataCopy.state == "waiting")
        if await session.scalar(still) is None:
            return
        ready = {"state": "ready", "sealed": sealed, "expires_at": clock.now() + LIFETIME["export"]}
        await session.execute(update(DataCopy).where(DataCopy.id == copy_id).values(ready))
        token = await issue_link(session, "export", person_id=wanted.person_id)
        link = postbox.address_of(f"/account/data/copies/{token}")
        await postbox.post(session, copy_letter(link), to=wanted.mail, language=wanted.language)

    await run_write(database, work)


async def _company_of(session: AsyncSession, person_id: int) -> list[Mapping[str, Any]]:
    """That one works there is a datum of oneself; the rest of it is the company's."""
    statement = (
        select(Company.public_id, Company.name)
        .join(Person, Person.company_id == Company.id)
        .where(Person.id == person_id)
    )
    return [dict(row._mapping) for row in await session.execute(statement)]


def _archive(told: Mapping[str, Any], files: Sequence[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2))
        for number, (name, sent) in enumerate(files, 1):
            archive.writestr(f"files/{number}-{name.replace('/', '_')}", sent)
    return content.getvalue()


async def peek_copy(session: AsyncSession, viewer: Viewer, token: str) -> None:
    """For the page that offers it. Raises NotFound, alike for a stranger's link."""
    link = await peek_link(session, "export", token)
    if link.person_id != viewer.person_id:
        raise _gone()


async def take_copy(session: WriteSession, viewer: Viewer, sealer: Sealer, token: str) -> bytes:
    """The archive, once. Raises NotFound."""
    await peek_copy(session, viewer, token)
    await redeem_link(session, "export", token)
    mine = (DataCopy.person_id == viewer.person_id, DataCopy.state == "ready")
    sealed = await session.scalar(select(DataCopy.sealed).where(*mine, DataCopy.expires_at > clock.now()))
    if sealed is None:
        raise _gone()
    await session.execute(update(DataCopy).where(*mine).values(state="taken", sealed=None))
    await record_audit(session, viewer, "account.copy_take", object_kind="person", object_id=viewer.public_id)
    return base64.b64decode(sealer.open(sealed))


async def drop_old_copies(database: Database) -> None:
    """Whose day is over. For the worker, daily."""

    async def work(session: WriteSession) -> None:
        await session.execute(delete(DataCopy).where(DataCopy.expires_at < clock.now()))

    await run_write(database, work)


def _gone() -> NotFound:
    return NotFound(
        Text(
            zh="这个链接已用过、已过期或不完整。请重新申请一个。",
            en="This link was used, has expired or is incomplete. Please ask for a new one.",
        )
    )
