"""Profiles, as far as a viewer may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.companies.access import access_company
from app.features.members.companies.profile.forms import Profile
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ShownCompany:
    public_id: str
    name: str
    is_verified: bool
    since: datetime
    profile: Profile


async def shown_company(session: AsyncSession, viewer: Viewer, public_id: str) -> ShownCompany:
    """Raises NotFound."""
    found = await access_company(session, viewer, public_id)
    return ShownCompany(
        public_id=found.public_id,
        name=found.name,
        is_verified=found.verification == "verified",
        since=found.created_at,
        profile=Profile.of(found.profile),
    )
