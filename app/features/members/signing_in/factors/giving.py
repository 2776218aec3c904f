"""Giving a second factor: completes signing in, and steps up a session that is whole already. Either way the
session goes on under a new token."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.limits import Limit, give_back, spend_all
from app.features.members.signing_in.factors.codes import use_code
from app.features.members.signing_in.factors.ground import Ground
from app.features.members.signing_in.factors.passkeys import ask_to_sign, take_challenge, use_passkey
from app.features.members.signing_in.factors.recovery import use_recovery_code
from app.features.members.signing_in.factors.refusals import WrongCode
from app.features.members.signing_in.sessions import confirm_second_factor
from app.kit.errors import SignInNeeded
from app.kit.viewer import Viewer

LIMITS = (
    Limit(5, timedelta(minutes=5)),
    Limit(20, timedelta(hours=1)),
    Limit(50, timedelta(days=1)),
)
_CODE = re.compile(r"\d{6}")
_BLANK = re.compile(r"[\s-]+")


async def give_code(ground: Ground, viewer: Viewer, typed: str) -> str:
    """A code of the app, or a recovery code. The session's new token. Raises WrongCode, LimitReached."""
    person_id, _ = session_of(viewer)
    code = _BLANK.sub("", typed)

    async def check(session: WriteSession) -> None:
        if _CODE.fullmatch(code):
            await use_code(session, ground.sealer, person_id, code)
        else:
            await use_recovery_code(session, person_id, code)

    return await _give(ground, viewer, check, "code" if _CODE.fullmatch(code) else "recovery_code")


async def ask_passkey(ground: Ground, viewer: Viewer) -> dict[str, Any]:
    person_id, session_id = session_of(viewer)
    return await ground.write(
        viewer, lambda session: ask_to_sign(session, ground.site, session_id, person_id)
    )


async def give_passkey(ground: Ground, viewer: Viewer, answer: dict[str, Any]) -> str:
    """The session's new token. Raises PasskeyRefused, LimitReached."""
    person_id, session_id = session_of(viewer)

    challenge = await ground.write(viewer, lambda session: take_challenge(session, session_id))

    async def check(session: WriteSession) -> None:
        await use_passkey(session, ground.site, person_id, answer, challenge=challenge)

    return await _give(ground, viewer, check, "passkey")


def session_of(viewer: Viewer) -> tuple[int, int]:
    """Person and session of a browser that gave its password. Raises SignInNeeded."""
    if viewer.person_id is None or viewer.session_id is None:
        raise SignInNeeded
    return viewer.person_id, viewer.session_id


async def _give(
    ground: Ground, viewer: Viewer, check: Callable[[WriteSession], Awaitable[None]], kind: str
) -> str:
    person_id, session_id = session_of(viewer)
    key = f"second_factor:{person_id}"
    await ground.write(viewer, lambda session: spend_all(session, key, LIMITS))

    async def work(session: WriteSession) -> str:
        await check(session)
        for limit in LIMITS:
            await give_back(session, key, limit.window)
        token = await confirm_second_factor(session, session_id)
        await record_audit(session, viewer, "second_factor.give", object_kind=kind)
        return token

    async def refused(session: WriteSession) -> None:
        await record_audit(session, viewer, "second_factor.give", object_kind=kind, result="denied")

    try:
        return await ground.write(viewer, work)
    except WrongCode:
        await ground.write(viewer, refused)
        raise
