"""A forgotten password: a mail with a link, if there is an account; if not, the same answer."""

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


async def ask_for_link(database: Database, postbox: Postbox, mail: str, address: str, asked: Asked) -> None:
    """Raises Invalid for what is no mail address, and LimitReached."""
    mail = clean_mail(mail)

    async def count(session: WriteSession) -> None:
        await spend(session, f"reset.account:{mail}", OF_ONE.times, OF_ONE.window)
        await spend(session, f"reset.address:{address}", OF_ADDRESS.times, OF_ADDRESS.window)

    async def work(session: WriteSession) -> None:
        account = await account_by_mail(session, mail)
        nobody = Viewer(request_id=asked.request_id, ip_prefix=asked.ip_prefix)
        if account is None:
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
