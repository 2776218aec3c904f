"""Recovery codes: eight of 64 bits, shown once, kept as hashes, burned on use."""

import re
import secrets
from typing import Any, cast

from sqlalchemy import delete, insert, update

from app.db.engine import WriteSession
from app.features.members.signing_in.factors.refusals import WrongCode
from app.features.members.signing_in.models import RecoveryCode
from app.features.members.signing_in.tokens import hashed
from app.kit import clock

COUNT = 8
_DIGITS = 16
_NO_DIGIT = re.compile(r"[^0-9a-f]")


async def new_recovery_codes(session: WriteSession, person_id: int) -> tuple[str, ...]:
    """To be shown now and never again; former ones stop working."""
    await remove_recovery_codes(session, person_id)
    codes = [secrets.token_hex(_DIGITS // 2) for _ in range(COUNT)]
    rows = [{"person_id": person_id, "code_hash": hashed(code)} for code in codes]
    await session.execute(insert(RecoveryCode), rows)
    return tuple("-".join(code[start : start + 4] for start in range(0, _DIGITS, 4)) for code in codes)


async def use_recovery_code(session: WriteSession, person_id: int, code: str) -> None:
    """Raises WrongCode."""
    digits = _NO_DIGIT.sub("", code.lower())
    burned = await session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == hashed(digits),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if cast(Any, burned).rowcount != 1:
        raise WrongCode


async def remove_recovery_codes(session: WriteSession, person_id: int) -> None:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
