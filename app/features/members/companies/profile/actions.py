"""Changing what a company says of itself."""

from sqlalchemy import select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.names import name_key
from app.features.members.companies.profile.forms import Profile
from app.features.members.models import Company
from app.kit.errors import Conflict
from app.kit.text import Text
from app.kit.viewer import Viewer

_FIXED = {
    "verified": Text(
        zh="公司已认证，名称不能自己改。名称变更请联系平台，附上变更后的营业执照。",
        en="The company is verified, so its name is fixed. Ask the platform, with the new licence.",
    ),
    "pending": Text(
        zh="认证申请正在核实，有结果之前名称不能改。",
        en="A request for verification is being checked; until its result the name is fixed.",
    ),
}


async def edit_profile(session: WriteSession, viewer: Viewer, *, name: str, profile: Profile) -> None:
    """A company keeps the name that staff verified, or look at to verify it. Raises Conflict."""
    own = select(Company.name, Company.verification).where(Company.id == viewer.company_id)
    before = (await session.execute(own.with_for_update())).one()
    if name != before.name and before.verification in _FIXED:
        raise Conflict(_FIXED[before.verification], field="name")
    changed = update(Company).where(Company.id == viewer.company_id)
    await session.execute(changed.values(name=name, name_key=name_key(name), profile=profile.stored()))
    await record_audit(
        session, viewer, "company.edit", object_kind="company", object_id=viewer.company_public_id
    )
