"""A forgotten password: a mail with a link, or one that says that there is no account under this address.

Both cost the same and are answered the same: whoever asks learns nothing that its reader does not tell.
"""

from datetime import timedelta

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.addresses import clean_mail
from app.features.members.audit.recording import record_audit
from app.features.members.limits import Limit, spend
from app.features.members.mail.postbox import Letter, Postbox
from app.features.members.signing_in.accounts import account_by_mail
from app.features.members.signing_in.links import LIFETIME, issue_link
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.identity import Asked

OF_ONE = Limit(5, timedelta(days=1))  # per mail that was typed, whether it has an account or not
OF_ADDRESS = Limit(20, timedelta(days=1))
MINUTES = int(LIFETIME["reset_password"].total_seconds() // 60)


async def ask_for_link(
    database: Database, postbox: Postbox, mail: str, *, language: str, address: str, asked: Asked
) -> None:
    """`language`: of the reader, for an address without an account. Raises Invalid, and LimitReached."""
    mail = clean_mail(mail)

    async def count(session: WriteSession) -> None:
        await spend(session, f"reset.account:{mail}", OF_ONE.times, OF_ONE.window)
        await spend(session, f"reset.address:{address}", OF_ADDRESS.times, OF_ADDRESS.window)

    async def work(session: WriteSession) -> None:
        account = await account_by_mail(session, mail)
        nobody = Viewer(request_id=asked.request_id, ip_prefix=asked.ip_prefix)
        if account is None:
            await issue_link(session, "reset_password", subject="nobody")  # opens nothing; takes as long
            letter = _unknown(postbox.address_of("/register"))
            await postbox.post(session, letter, to=mail, language=language)
            await record_audit(session, nobody, "password.forget", result="denied")
            return
        token = await issue_link(session, "reset_password", person_id=account.person_id)
        letter = _letter(postbox.address_of(f"/password/new/{token}"))
        await postbox.post(session, letter, to=account.mail, language=account.language)
        await record_audit(
            session, nobody, "password.forget",
            object_kind="person", object_id=account.public_id, company_id=account.company_id,
        )  # fmt: skip

    with acting_as(SYSTEM):
        await run_write(database, count)
        await run_write(database, work)


def _letter(address: str) -> Letter:
    return Letter(
        "reset_password",
        Text(zh="重设 ToP 密码", en="Reset your ToP password"),
        Text(
            zh=f"有人（希望是你）要重设你的 ToP 密码。请在 {MINUTES} 分钟内打开链接，只能用一次："
            f"\n\n{address}\n\n不是你本人就不用理会，密码不会变。",
            en="Somebody, you we hope, wants to reset your ToP password. Please open this link within "
            f"{MINUTES} minutes; it works once:\n\n{address}\n\n"
            "If it was not you, do nothing: your password stays as it is.",
        ),
    )


def _unknown(address: str) -> Letter:
    return Letter(
        "reset_unknown",
        Text(zh="这个邮箱没有 ToP 账号", en="There is no ToP account under this address"),
        Text(
            zh="有人（可能是你）想重设 ToP 密码，但这个邮箱没有账号。可能用了另一个邮箱；还没有账号可以注册："
            f"\n\n{address}\n\n不是你本人就不用理会。",
            en="Somebody, perhaps you, wanted to reset a ToP password, but there is no account under this "
            "address. You may have used another one; or register here:\n\n"
            f"{address}\n\nIf it was not you, do nothing.",
        ),
    )
