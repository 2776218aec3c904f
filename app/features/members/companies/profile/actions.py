"""Changing what a company says of itself."""

from sqlalchemy import update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.names import name_key
from app.features.members.companies.profile.forms import Profile
from app.features.members.models import Company
from app.kit.errors import Conflict
from app.kit.text import Text
from app.kit.viewer import Viewer


async def edit_profile(session: WriteSession, viewer: Viewer, *, name: str, profile: Profile) -> None:
    """A verified company keeps the name that staff verified. Raises Conflict."""
    if name != viewer.company_name and viewer.is_verified:
        raise Conflict(
            Text(
                zh="公司已认证，名称不能自己改。名称变更请联系平台，附上变更后的营业执照。",
                en="The company is verified, so its name is fixed. Ask the platform, with the new licence.",
            ),
            field="name",
        )
    changed = update(Company).where(Company.id == viewer.company_id)
    await session.execute(changed.values(name=name, name_key=name_key(name), profile=profile.stored()))
    await record_audit(
        session, viewer, "company.edit", object_kind="company", object_id=viewer.company_public_id
    )
