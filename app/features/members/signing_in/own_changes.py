"""Changing one's own password and mail address, while signed in and with the password at hand."""

from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.addresses import clean_mail
from app.features.members.audit.recording import record_audit
from app.features.members.limits import give_back, spend
from app.features.members.mail.postbox import Letter, Postbox
from app.features.members.models import Person
from app.features.members.signing_in.accounts import Account, account_by_id
from app.features.members.signing_in.entering import OF_ONE
from app.features.members.signing_in.factors.giving import session_of
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.links import (
    LIFETIME,
    drop_links,
    issue_link,
    link_gone,
    peek_link,
    redeem_link,
)
from app.features.members.signing_in.new_passwords import check_new_password
from app.features.members.signing_in.own_rows import acting_for_oneself
from app.features.members.signing_in.passwords import store_password
from app.features.members.signing_in.sessions import confirm_password, end_sessions_of
from app.kit.errors import Invalid, SignInNeeded
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.identity import Asked

_HOURS = int(LIFETIME["change_mail"].total_seconds() // 3600)


async def change_password(
    database: Database, hasher: PasswordHasher, postbox: Postbox, viewer: Viewer, old: str, new: str
) -> None:
    """Every other session ends. Raises Invalid on `old` or `new`, and LimitReached."""
    with acting_for_oneself(viewer):
        account = await _proven(database, hasher, viewer, old, field="old")
        check_new_password(new, account.known_words, field="new")
        hashed = await hasher.hash(new)

        async def work(session: WriteSession) -> None:
            await store_password(session, postbox, account, hashed, keep=viewer.session_id)
            await record_audit(session, viewer, "password.change")

        await run_write(database, work)


async def give_password_again(
    database: Database, hasher: PasswordHasher, viewer: Viewer, password: str
) -> str:
    """What only the owner may do can be done for ten minutes. The session's new token. Raises Invalid on
    `password`, and LimitReached."""
    _, session_id = session_of(viewer)
    with acting_for_oneself(viewer):
        await _proven(database, hasher, viewer, password, field="password")

        async def work(session: WriteSession) -> str:
            token = await confirm_password(session, session_id)
            await record_audit(session, viewer, "password.give")
            return token

        return await run_write(database, work)


async def ask_to_change_mail(
    database: Database, hasher: PasswordHasher, postbox: Postbox, viewer: Viewer, password: str, mail: str
) -> None:
    """A link to the new address; nothing changes until it is opened. An address that is taken gets another
    mail instead, and the same answer. Raises Invalid on `password` or `mail`, and LimitReached."""
    mail = clean_mail(mail)
    with acting_for_oneself(viewer):
        account = await _proven(database, hasher, viewer, password, field="password")
        is_taken = await _is_taken(database, mail)

        async def work(session: WriteSession) -> None:
            if is_taken:
                await postbox.post(session, _TAKEN, to=mail, language=account.language)
            else:
                token = await issue_link(session, "change_mail", person_id=account.person_id, subject=mail)
                letter = _confirm(postbox.address_of(f"/account/mail/{token}"))
                await postbox.post(session, letter, to=mail, language=account.language)
            await record_audit(session, viewer, "mail.ask")

        await run_write(database, work)


async def _is_taken(database: Database, mail: str) -> bool:
    """By anybody, of whichever company. Whoever is quicker in between is met when the link is opened."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return await session.scalar(select(Person.id).where(Person.mail == mail)) is not None


async def new_mail_of(database: Database, token: str) -> str:
    """What a link would change the address to. Raises NotFound."""
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return (await peek_link(session, "change_mail", token)).subject


async def change_mail(database: Database, postbox: Postbox, token: str, asked: Asked) -> None:
    """The link was opened: the account has the new address, the old one is told, sessions end.

    Raises NotFound, also when somebody else took the address meanwhile.
    """

    async def work(session: WriteSession) -> None:
        link = await redeem_link(session, "change_mail", token)
        account = await account_by_id(session, link.person_id or 0)
        if account is None:
            raise link_gone()
        own = update(Person).where(Person.id == account.person_id, Person.mail == account.mail)
        changed = await session.execute(own.values(mail=link.subject))
        if cast(Any, changed).rowcount != 1:
            raise link_gone()
        await end_sessions_of(session, [account.person_id])
        await drop_links(session, account.person_id, "reset_password")  # they went to the former address
        await postbox.post(session, _CHANGED, to=account.mail, language=account.language)
        await record_audit(session, account.acting(asked), "mail.change")

    with acting_as(SYSTEM):
        try:
            await run_write(database, work)
        except IntegrityError as error:
            raise link_gone() from error


async def _proven(
    database: Database, hasher: PasswordHasher, viewer: Viewer, password: str, *, field: str
) -> Account:
    """Whoever sits at an open session may not be its owner: the password tells. Counted like signing in."""
    async with database.reading() as session:
        account = await account_by_id(session, viewer.person_id or 0)
    if account is None:
        raise SignInNeeded
    key = f"own_password:{account.person_id}"
    await run_write(database, lambda session: spend(session, key, OF_ONE.times, OF_ONE.window))
    if not await hasher.verify(password, account.password_hash):
        raise Invalid(
            Text(zh="当前密码不对。请再输入一次。", en="That is not your current password."), field=field
        )
    await run_write(database, lambda session: give_back(session, key, OF_ONE.window))
    return account


def _confirm(address: str) -> Letter:
    return Letter(
        "confirm_new_mail",
        Text(zh="确认 ToP 账号的新邮箱", en="Confirm the new mail address of your ToP account"),
        Text(
            zh=f"请在 {_HOURS} 小时内打开链接，把这个地址设为你的 ToP 登录邮箱：\n\n{address}\n\n"
            "不是你本人就不用理会。",
            en=f"Please open this link within {_HOURS} hours to make this the address of your ToP account:"
            f"\n\n{address}\n\nIf it was not you, do nothing.",
        ),
    )


_TAKEN = Letter(
    "new_mail_taken",
    Text(zh="这个邮箱已有 ToP 账号", en="This address has a ToP account already"),
    Text(
        zh="有人想把这个邮箱设为另一个 ToP 账号的登录邮箱。它已经有账号，所以没有任何变化。"
        "\n\n不是你本人就不用理会。",
        en="Somebody wanted to use this address for another ToP account. It has an account already, so "
        "nothing has changed.\n\nIf it was not you, do nothing.",
    ),
)
_CHANGED = Letter(
    "mail_changed",
    Text(zh="ToP 登录邮箱已更改", en="The mail address of your ToP account was changed"),
    Text(
        zh="你的 ToP 账号换了登录邮箱，以后请用新邮箱登录，这个地址不再收到通知。\n\n"
        "如果不是你本人，请马上联系贵公司管理员或平台支持。",
        en="Your ToP account has a new mail address; please sign in with it from now on. Nothing more is "
        "sent here.\n\nIf it was not you, please contact an admin of your company or our support at once.",
    ),
)
