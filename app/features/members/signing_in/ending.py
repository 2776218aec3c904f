"""Taking away everything that lets somebody in: with the next request they are out."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from app.db.engine import WriteSession
from app.features.members.signing_in.models import ApiToken, SingleUseLink
from app.features.members.signing_in.sessions import end_sessions_of
from app.kit import clock


async def end_access_of(session: WriteSession, person_ids: Sequence[int]) -> None:
    """Sessions, API tokens and the links of mails, in the transaction of why they end."""
    await end_sessions_of(session, person_ids)
    await revoke_tokens_of(session, person_ids)
    await session.execute(delete(SingleUseLink).where(SingleUseLink.person_id.in_(person_ids)))


async def revoke_tokens_of(session: WriteSession, person_ids: Sequence[int]) -> None:
    """What works and what waits for an admin."""
    held = update(ApiToken).where(
        ApiToken.person_id.in_(person_ids), ApiToken.state.in_(("waiting", "active"))
    )
    await session.execute(held.values(state="revoked", decided_at=clock.now()))
