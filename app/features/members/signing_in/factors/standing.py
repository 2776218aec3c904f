"""Which factors somebody has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.signing_in.models import CodeSeed, Passkey, RecoveryCode


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    public_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    codes_since: datetime | None  # an app makes codes
    codes_used_at: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    recovery_codes_left: int

    @property
    def count(self) -> int:
        """Recovery codes are no factor of their own: they stand in for one."""
        return len(self.passkeys) + (self.codes_since is not None)


async def factors_of(session: AsyncSession, person_id: int) -> Factors:
    seed = (
        await session.execute(
            select(CodeSeed.created_at, CodeSeed.used_at).where(
                CodeSeed.person_id == person_id, CodeSeed.state == "active"
            )
        )
    ).one_or_none()
    columns = (Passkey.public_id, Passkey.name, Passkey.created_at, Passkey.used_at)
    passkeys = await session.execute(
        select(*columns).where(Passkey.person_id == person_id).order_by(Passkey.id)
    )
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return Factors(
        codes_since=seed.created_at if seed else None,
        codes_used_at=seed.used_at if seed else None,
        passkeys=tuple(PasskeyLine(*row) for row in passkeys),
        recovery_codes_left=await session.scalar(left) or 0,
    )


async def has_factor(session: AsyncSession, person_id: int) -> bool:
    seed = select(CodeSeed.id).where(CodeSeed.person_id == person_id, CodeSeed.state == "active")
    passkey = select(Passkey.id).where(Passkey.person_id == person_id)
    return await session.scalar(seed.limit(1)) is not None or (
        await session.scalar(passkey.limit(1)) is not None
    )
