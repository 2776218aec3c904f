"""Adding and removing factors. Whoever has one already gives it first; the others of a person's sessions end,
and a mail tells the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.db.engine import ReadSession, WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.limits import give_back, spend_all
from app.features.members.mail.postbox import Letter
from app.features.members.signing_in.accounts import Account, account_by_id
from app.features.members.signing_in.factors.codes import (
    Seed,
    begin_codes,
    confirm_codes,
    remove_codes,
    shown,
    waiting_secret,
)
from app.features.members.signing_in.factors.giving import LIMITS, session_of
from app.features.members.signing_in.factors.ground import Ground
from app.features.members.signing_in.factors.passkeys import (
    add_passkey,
    ask_to_make,
    remove_passkey,
    take_challenge,
)
from app.features.members.signing_in.factors.recovery import new_recovery_codes, remove_recovery_codes
from app.features.members.signing_in.factors.standing import factors_of
from app.features.members.signing_in.sessions import confirm_second_factor, end_sessions_of, gave_password
from app.kit.errors import Conflict, PasswordNeeded, SecondFactorNeeded, SignInNeeded
from app.kit.text import Text
from app.kit.viewer import Viewer

CHANGED = Letter(
    "factors_changed",
    Text(zh="ToP 二次验证已更改", en="The second factor of your ToP account was changed"),
    Text(
        zh="你的 ToP 账号刚刚添加或删除了二次验证方式，其他设备上的登录都已结束。\n\n"
        "如果不是你本人，请马上重设密码，并告诉贵公司管理员。",
        en="A second factor of your ToP account has just been added or removed, and all other sessions have "
        "ended.\n\nIf it was not you, reset your password at once and tell an admin of your company.",
    ),
)


@dataclass(frozen=True, slots=True)
class Added:
    token: str  # the session's new one, for the cookie
    recovery_codes: Sequence[str] = ()  # new ones, shown once


async def refuse_stale_password(ground: Ground, viewer: Viewer) -> None:
    """Before a page offers to add a first factor, so that nothing is begun in vain. Raises PasswordNeeded."""
    person_id, session_id = session_of(viewer)

    async def look(session: ReadSession) -> bool:
        return bool((await factors_of(session, person_id)).count) or await gave_password(session, session_id)

    if not await ground.read(viewer, look):
        raise PasswordNeeded


async def start_codes(ground: Ground, viewer: Viewer) -> Seed:
    """Raises SecondFactorNeeded, PasswordNeeded."""
    person_id, _ = session_of(viewer)

    async def work(session: WriteSession) -> Seed:
        await _permit(session, viewer)
        account = await _account(session, viewer)
        secret = await begin_codes(session, ground.sealer, person_id)
        return shown(secret, account=account.mail, address=ground.site.address)

    return await ground.write(viewer, work)


async def shown_seed(ground: Ground, viewer: Viewer) -> Seed | None:
    """The seed that waits for its first code."""
    person_id, _ = session_of(viewer)
    account = await ground.read(viewer, lambda session: _account(session, viewer))
    secret = await ground.read(viewer, lambda session: waiting_secret(session, ground.sealer, person_id))
    return shown(secret, account=account.mail, address=ground.site.address) if secret else None


async def finish_codes(ground: Ground, viewer: Viewer, code: str) -> Added:
    """Raises WrongCode, LimitReached, SecondFactorNeeded, PasswordNeeded."""
    person_id, _ = session_of(viewer)
    key = f"new_codes:{person_id}"
    await ground.write(viewer, lambda session: spend_all(session, key, LIMITS))

    async def work(session: WriteSession) -> Added:
        await _permit(session, viewer)
        await confirm_codes(session, ground.sealer, person_id, "".join(code.split()))
        for limit in LIMITS:
            await give_back(session, key, limit.window)
        return await _added(session, ground, viewer, "code")

    return await ground.write(viewer, work)


async def ask_new_passkey(ground: Ground, viewer: Viewer) -> dict[str, Any]:
    """Raises SecondFactorNeeded, PasswordNeeded, and Conflict when there are many."""
    _, session_id = session_of(viewer)

    async def work(session: WriteSession) -> dict[str, Any]:
        await _permit(session, viewer)
        return await ask_to_make(session, ground.site, session_id, await _account(session, viewer))

    return await ground.write(viewer, work)


async def finish_passkey(ground: Ground, viewer: Viewer, name: str, answer: dict[str, Any]) -> Added:
    """Raises PasskeyRefused, SecondFactorNeeded, PasswordNeeded."""
    person_id, session_id = session_of(viewer)

    async def take(session: WriteSession) -> bytes | None:
        await _permit(session, viewer)
        return await take_challenge(session, session_id)

    challenge = await ground.write(viewer, take)

    async def work(session: WriteSession) -> Added:
        await _permit(session, viewer)
        await add_passkey(session, ground.site, person_id, name, answer, challenge=challenge)
        return await _added(session, ground, viewer, "passkey")

    return await ground.write(viewer, work)


async def renew_recovery_codes(ground: Ground, viewer: Viewer) -> Sequence[str]:
    """For routes that step up. Raises Conflict without a factor that they could stand in for."""
    person_id, session_id = session_of(viewer)

    async def work(session: WriteSession) -> Sequence[str]:
        if not (await factors_of(session, person_id)).count:
            raise Conflict(Text(zh="请先添加一种二次验证方式。", en="Please add a second factor first."))
        codes = await new_recovery_codes(session, person_id)
        await end_sessions_of(session, [person_id], but=session_id)
        await record_audit(session, viewer, "second_factor.add", object_kind="recovery_codes")
        return codes

    return await ground.write(viewer, work)


async def remove_factor(ground: Ground, viewer: Viewer, passkey: str | None) -> None:
    """The passkey with this public id, or (None) the codes of the app; for routes that step up.

    Raises NotFound, and Conflict for the last one of somebody who must have one.
    """
    person_id, session_id = session_of(viewer)

    async def work(session: WriteSession) -> None:
        if passkey is None:
            await remove_codes(session, person_id)
        else:
            await remove_passkey(session, person_id, passkey)
        if not (await factors_of(session, person_id)).count:
            if viewer.is_staff or viewer.role == "admin":
                raise Conflict(
                    Text(
                        zh="管理员和平台工作人员必须保留至少一种二次验证方式。请先添加另一种，再删除这一种。",
                        en="Admins and staff must keep one second factor. Please add another before you "
                        "remove this one.",
                    )
                )
            await remove_recovery_codes(session, person_id)
        await end_sessions_of(session, [person_id], but=session_id)
        await _tell(session, ground, viewer)
        kind = "code" if passkey is None else "passkey"
        await record_audit(session, viewer, "second_factor.remove", object_kind=kind)

    await ground.write(viewer, work)


async def _permit(session: WriteSession, viewer: Viewer) -> None:
    """The first factor may be added by whoever gave the password just now, others by whoever gave a factor: a
    browser that was left open must not bind the account to a stranger's device."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    person_id, session_id = session_of(viewer)
    if (await factors_of(session, person_id)).count:
        if not viewer.has_stepped_up:
            raise SecondFactorNeeded
    elif not await gave_password(session, session_id):
        raise PasswordNeeded


async def _added(session: WriteSession, ground: Ground, viewer: Viewer, kind: str) -> Added:
    person_id, session_id = session_of(viewer)
    factors = await factors_of(session, person_id)
    codes: Sequence[str] = ()
    if not factors.recovery_codes_left:
        codes = await new_recovery_codes(session, person_id)
    await end_sessions_of(session, [person_id], but=session_id)
    token = await confirm_second_factor(session, session_id)
    await _tell(session, ground, viewer)
    await record_audit(session, viewer, "second_factor.add", object_kind=kind)
    return Added(token, codes)


async def _tell(session: WriteSession, ground: Ground, viewer: Viewer) -> None:
    account = await _account(session, viewer)
    await ground.postbox.post(session, CHANGED, to=account.mail, language=account.language)


async def _account(session: Any, viewer: Viewer) -> Account:
    account = await account_by_id(session, viewer.person_id or 0)
    if account is None:  # left a moment ago
        raise SignInNeeded
    return account
