"""Signing in with mail and password, and out again. An unknown account is answered as a wrong password is."""

from dataclasses import dataclass
from datetime import timedelta

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.addresses import folded_mail
from app.features.members.audit.recording import record_audit
from app.features.members.limits import Limit, give_back, spend
from app.features.members.signing_in.accounts import Account, account_by_id, account_by_mail
from app.features.members.signing_in.factors.standing import has_factor
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.own_rows import acting_for_oneself
from app.features.members.signing_in.sessions import end_session, start_session
from app.kit.errors import LimitReached, SignInNeeded
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.identity import Asked

OF_ONE = Limit(10, timedelta(minutes=5))  # wrong attempts for one account, and from one address
OF_ALL = Limit(1_000, timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and from which browser."""

    mail: str
    password: str
    device: str
    address: str
    asked: Asked
    replaces: int | None = None  # a session of this browser that ends with this sign-in

    @property
    def limits(self) -> tuple[tuple[str, Limit], ...]:
        """Counted for the mail that was typed, whether it has an account or not."""
        return (
            (f"sign_in.account:{folded_mail(self.mail)}", OF_ONE),
            (f"sign_in.address:{self.address}", OF_ONE),
            ("sign_in.all", OF_ALL),
        )


@dataclass(frozen=True, slots=True)
class Entered:
    token: str  # for the cookie
    kind: str
    awaits_second_factor: bool
    lacks_second_factor: bool  # of staff, who must have one


class WrongCredentials(SignInNeeded):
    """Wrong mail or wrong password: it never says which."""

    def __init__(self) -> None:
        super().__init__()
        self.message = Text(
            zh="邮箱或密码不对。请检查后再试；忘记密码可以重设。",
            en="The mail address or the password is wrong. Please check both; a forgotten one can be reset.",
        )


async def sign_in(database: Database, hasher: PasswordHasher, attempt: Attempt) -> Entered:
    """Raises WrongCredentials, and LimitReached."""
    with acting_as(SYSTEM):
        await run_write(database, lambda session: _spend(session, attempt))
        async with database.reading() as session:
            account = await account_by_mail(session, folded_mail(attempt.mail))
        try:
            is_right = await hasher.verify(attempt.password, account.password_hash if account else None)
        except LimitReached:  # nothing was tried
            await run_write(database, lambda session: _give_back(session, attempt))
            raise
        if account is None or not is_right:
            await run_write(database, lambda session: _record_refusal(session, account, attempt.asked))
            raise WrongCredentials
        entered = await run_write(database, lambda session: _enter(session, account, attempt))
    if entered is None:
        raise WrongCredentials
    return entered


async def _spend(session: WriteSession, attempt: Attempt) -> None:
    for key, limit in attempt.limits:
        await spend(session, key, limit.times, limit.window)


async def _give_back(session: WriteSession, attempt: Attempt) -> None:
    for key, limit in attempt.limits:
        await give_back(session, key, limit.window)


async def _enter(session: WriteSession, account: Account, attempt: Attempt) -> Entered | None:
    """None for an account that was closed, or whose password was changed, while this one was checked."""
    current = await account_by_id(session, account.person_id)
    if current is None or current.password_hash != account.password_hash:
        return None
    await _give_back(session, attempt)
    if attempt.replaces is not None:
        await end_session(session, attempt.replaces)
    awaits = await has_factor(session, account.person_id)
    token = await start_session(
        session,
        account.person_id,
        account.kind,
        awaits_second_factor=awaits,
        device=attempt.device,
        ip_prefix=attempt.asked.ip_prefix,
    )
    await record_audit(session, account.acting(attempt.asked), "session.start")
    return Entered(token, account.kind, awaits, lacks_second_factor=account.is_staff and not awaits)


async def _record_refusal(session: WriteSession, account: Account | None, asked: Asked) -> None:
    nobody = Viewer(request_id=asked.request_id, ip_prefix=asked.ip_prefix)
    await record_audit(
        session,
        nobody,
        "session.start",
        object_kind="person" if account else "",
        object_id=account.public_id if account else "",
        company_id=account.company_id if account else None,
        result="denied",
    )


async def sign_out(database: Database, viewer: Viewer) -> None:
    """Ends the session of this browser, also one that waits for its second factor."""

    async def work(session: WriteSession) -> None:
        if viewer.session_id is not None:
            await end_session(session, viewer.session_id)
            await record_audit(session, viewer, "session.end")

    with acting_for_oneself(viewer):
        await run_write(database, work)
