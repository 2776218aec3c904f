"""What staff have under way about company A: glass asked for and broken, a role to be given."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import insert

from app.db.engine import WriteSession
from app.features.members.companies.verification.behind_glass import KIND as DOCUMENT
from app.features.members.staff.break_glass.company_members import KIND
from app.features.members.staff.break_glass.models import BreakGlassRequest
from app.features.members.staff.roles.models import StaffRoleChange
from app.kit import clock
from app.kit.ids import random_id
from tests.authorization.actors import ANA
from tests.people import Known

ASKER, APPROVER, THIRD = "platform_admin", "moderator", "platform admin without factor"


async def oversee(session: WriteSession, known: Mapping[str, Known], ids: dict[str, str]) -> None:
    """ASKER has broken glass; APPROVER has asked for it; THIRD has proposed a role."""
    ids |= {"glass_open": random_id(), "glass_asked": random_id(), "role_change": random_id()}
    now, ana = clock.now(), known[ANA.key]
    about = {"kind": KIND, "object_id": ids["company"], "company_id": ana.company_id, "requested_at": now}
    about |= {"reason": "a partner asked us to look", "ticket": "T-1"}
    opened = {"public_id": ids["glass_open"], "state": "approved", "requested_by": known[ASKER].person_id}
    opened |= {"decided_by": known[APPROVER].person_id, "decided_at": now}
    opened |= {"opens_until": now + timedelta(minutes=60)}
    await session.execute(insert(BreakGlassRequest).values(about | opened))
    document = {"public_id": random_id(), "kind": DOCUMENT, "object_id": ids["document"]}
    await session.execute(insert(BreakGlassRequest).values(about | opened | document))
    asked = {"public_id": ids["glass_asked"], "state": "open", "requested_by": known[APPROVER].person_id}
    await session.execute(insert(BreakGlassRequest).values(about | asked))
    change = {"public_id": ids["role_change"], "person_id": known["finance"].person_id, "role": "support"}
    change |= {"change": "give", "state": "open", "proposed_by": known[THIRD].person_id, "proposed_at": now}
    await session.execute(insert(StaffRoleChange).values(change))
