"""Setting a password: whoever holds the link of a mail, and whoever is signed in."""

from typing import Any, cast

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.audit.recording import record_audit
from app.features.members.mail.postbox import Letter, Postbox
from app.features.members.models import Person
from app.features.members.signing_in.accounts import Account, account_by_id
from app.features.members.signing_in.ending import revoke_tokens_of
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.links import drop_links, link_gone, peek_link, redeem_link
from app.features.members.signing_in.new_passwords import check_new_password
from app.features.members.signing_in.sessions import end_sessions_of
from app.kit.text import Text
from app.web.identity import Asked

RESET = Letter(
    "password_reset",
    Text(zh="ToP 密码已重设", en="Your ToP password was reset"),
    Text(
        zh="你的 ToP 账号刚刚通过邮件链接重设了密码。所有设备上的登录都已结束，你的 API 令牌都已停用；"
        "还要用的程序，请登录后在“API 令牌”里重新申请。二次验证不变。\n\n"
        "如果不是你本人，请马上在登录页点“忘记密码”再重设一次，并告诉贵公司管理员。",
        en="The password of your ToP account has just been reset by a link in a mail. All sessions have "
        "ended and your API tokens are revoked: make new ones under “API tokens” for programs that need one. "
        "Your second factor is as it was.\n\nIf it was not you, choose “Forgotten password” on the "
        "sign-in page at once, and tell an admin of your company.",
    ),
)
CHANGED = Letter(
    "password_changed",
    Text(zh="ToP 密码已更改", en="Your ToP password was changed"),
    Text(
        zh="你的 ToP 账号刚刚换了密码，其他设备上的登录都已结束。\n\n"
        "如果不是你本人，请马上在登录页点“忘记密码”重设，"
        "停用“API 令牌”里不认识的令牌，并告诉贵公司管理员。",
        en="The password of your ToP account has just been changed, and all other sessions have ended.\n\n"
        "If it was not you, choose “Forgotten password” on the sign-in page at once, revoke the API tokens "
        "that you do not know, and tell an admin of your company.",
    ),
)


async def owner_of_link(session: AsyncSession, token: str) -> Account:
    """Whose password a link sets. Raises NotFound."""
    link = await peek_link(session, "reset_password", token)
    account = await account_by_id(session, link.person_id) if link.person_id is not None else None
    if account is None:
        raise link_gone()
    return account


async def set_password_by_link(
    database: Database, hasher: PasswordHasher, postbox: Postbox, token: str, password: str, asked: Asked
) -> None:
    """Uses the link up, ends every session, revokes every API token: whoever resets may have lost the account
    to somebody who made one. A second factor stays as it is. Raises NotFound and Invalid."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            owner = await owner_of_link(session, token)
        check_new_password(password, owner.known_words)
        hashed = await hasher.hash(password)

        async def work(session: WriteSession) -> None:
            await redeem_link(session, "reset_password", token)
            await store_password(session, postbox, owner, hashed, letter=RESET)
            await revoke_tokens_of(session, [owner.person_id])
            await record_audit(session, owner.acting(asked), "password.reset")

        await run_write(database, work)


async def store_password(
    session: WriteSession,
    postbox: Postbox,
    owner: Account,
    hashed: str,
    *,
    keep: int | None = None,
    letter: Letter = CHANGED,
) -> None:
    """And end all sessions but `keep`, and the links that were asked for before: a stranger who knew the
    former password must not get the account by one to another address. The owner gets a mail.

    Raises NotFound when somebody was quicker.
    """
    same = update(Person).where(Person.id == owner.person_id, Person.state == "active")
    unchanged = (
        Person.password_hash.is_(None)
        if owner.password_hash is None
        else Person.password_hash == owner.password_hash
    )
    stored = await session.execute(same.where(unchanged).values(password_hash=hashed))
    if cast(Any, stored).rowcount != 1:
        raise link_gone()
    await end_sessions_of(session, [owner.person_id], but=keep)
    await drop_links(session, owner.person_id, "change_mail", "reset_password")
    if owner.password_hash is not None:
        await postbox.post(session, letter, to=owner.mail, language=owner.language)
