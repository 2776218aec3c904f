"""One-time codes of an app (TOTP): a sealed seed of 160 bits; a code is good for its half minute and the two
beside it, and works once."""

import hmac
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import pyotp
import segno
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.signing_in.factors.refusals import CodeUsed, WrongCode, clock_is_off
from app.features.members.signing_in.models import CodeSeed
from app.kit import clock
from app.kit.sealing import SealBroken, Sealer

PURPOSE = "one-time codes"
_NEIGHBOURS = 1
_SKEW = 20  # half minutes: a code from so far away tells that a clock is off
_SEED_LENGTH = 32  # base32 characters: 160 bits


@dataclass(frozen=True, slots=True)
class Seed:
    """What is shown once, while an app is being set up."""

    secret: str
    uri: str

    @property
    def picture(self) -> str:
        """The URI as a QR code, as the address of an image."""
        made = segno.make(self.uri, error="m", micro=False)
        return made.svg_data_uri(scale=5, border=3, dark="#000", light="#fff")

    @property
    def in_groups(self) -> str:
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


async def begin_codes(session: WriteSession, sealer: Sealer, person_id: int) -> str:
    """A new secret that waits; one that waited before is gone, the active one goes on until then."""
    waiting = (CodeSeed.person_id == person_id, CodeSeed.state == "waiting")
    await session.execute(delete(CodeSeed).where(*waiting))
    secret = pyotp.random_base32(length=_SEED_LENGTH)
    seed = {"person_id": person_id, "state": "waiting", "sealed": sealer.seal(secret), "last_step": 0}
    await session.execute(insert(CodeSeed).values(seed | {"created_at": clock.now()}))
    return secret


async def waiting_secret(session: AsyncSession, sealer: Sealer, person_id: int) -> str | None:
    """Until its first code proves it."""
    return (await _seed(session, sealer, person_id, "waiting"))[1] or None


def shown(secret: str, *, account: str, address: str) -> Seed:
    """`account` and `address` are what the app will call it."""
    issuer = f"ToP {urlsplit(address).hostname}"
    return Seed(secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


async def confirm_codes(session: WriteSession, sealer: Sealer, person_id: int, code: str) -> None:
    """The app works: its seed replaces the former one. Raises WrongCode."""
    seed_id, secret = await _seed(session, sealer, person_id, "waiting")
    step = _step_of(secret, code)
    active = (CodeSeed.person_id == person_id, CodeSeed.state == "active")
    await session.execute(delete(CodeSeed).where(*active))
    proven = update(CodeSeed).where(CodeSeed.id == seed_id)
    await session.execute(proven.values(state="active", last_step=step, used_at=clock.now()))


async def use_code(session: WriteSession, sealer: Sealer, person_id: int, code: str) -> None:
    """Raises WrongCode; CodeUsed for one that worked before."""
    seed_id, secret = await _seed(session, sealer, person_id, "active")
    step = _step_of(secret, code)
    later = update(CodeSeed).where(CodeSeed.id == seed_id, CodeSeed.last_step < step)
    used = await session.execute(later.values(last_step=step, used_at=clock.now()))
    if cast(Any, used).rowcount != 1:
        raise CodeUsed


async def remove_codes(session: WriteSession, person_id: int) -> None:
    await session.execute(delete(CodeSeed).where(CodeSeed.person_id == person_id))


async def _seed(session: AsyncSession, sealer: Sealer, person_id: int, state: str) -> tuple[int, str]:
    """Row and secret; without one, or sealed under a key that is gone, a secret that no code fits."""
    wanted = select(CodeSeed.id, CodeSeed.sealed).where(
        CodeSeed.person_id == person_id, CodeSeed.state == state
    )
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        return 0, ""
    try:
        return found.id, sealer.open(found.sealed)
    except SealBroken:
        return found.id, ""


def _step_of(secret: str, code: str) -> int:
    """The half minute that `code` belongs to. Raises WrongCode, saying so where a clock must be off."""
    if not secret:
        raise WrongCode
    totp, now = pyotp.TOTP(secret), clock.now()
    current = totp.timecode(now)
    matching = [
        current + away
        for away in range(-_SKEW, _SKEW + 1)
        if hmac.compare_digest(totp.at(now, counter_offset=away).encode(), code.encode())
    ]
    near = [step for step in matching if abs(step - current) <= _NEIGHBOURS]
    if near:
        return near[0]
    raise clock_is_off() if matching else WrongCode()
