"""Decisions of staff: with a reason the company sees, an appeal never by whom it is against."""

from typing import Any, cast

from sqlalchemy import select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.access import access_request
from app.features.members.companies.models import VerificationRequest
from app.features.members.companies.verification.letters import decision_letter
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Company, Person
from app.kit import clock
from app.kit.errors import Conflict, NotAllowed
from app.kit.text import Text
from app.kit.viewer import Viewer


async def decide(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, *, accept: bool, reason: str
) -> None:
    """Raises NotFound, NotAllowed for an appeal against oneself, Conflict when another was quicker."""
    found = await access_request(session, viewer, public_id)
    await refuse_own_appeal(session, viewer, found)
    now, state = clock.now(), "verified" if accept else "refused"
    decided = (
        update(VerificationRequest)
        .where(VerificationRequest.id == found.id, VerificationRequest.state == "waiting")
        .values(state=state, decided_by=viewer.person_id, decided_at=now, reason=reason)
    )
    if cast(Any, await session.execute(decided)).rowcount != 1:
        raise Conflict(Text(zh="这个申请已经有人处理了。", en="Somebody has decided this request already."))
    company = update(Company).where(Company.id == found.company_id)
    await session.execute(company.values(verification=state, verified_at=now if accept else None))
    admins = select(Person.mail, Person.language).where(
        Person.company_id == found.company_id,
        Person.role == "admin",
        Person.state == "active",
        Person.mail.is_not(None),
    )
    letter = decision_letter(is_verified=accept, link=postbox.address_of("/company/verification"))
    for mail, language in (await session.execute(admins)).all():
        await postbox.post(session, letter, to=str(mail), language=language)
    await record_audit(
        session,
        viewer,
        f"verification.{'accept' if accept else 'refuse'}",
        object_kind="verification",
        object_id=public_id,
        company_id=found.company_id,
    )


async def refuse_own_appeal(session: WriteSession, viewer: Viewer, found: VerificationRequest) -> None:
    """Raises NotAllowed."""
    if found.appeal_of is None:
        return
    first = select(VerificationRequest.decided_by).where(VerificationRequest.id == found.appeal_of)
    if await session.scalar(first) == viewer.person_id:
        raise NotAllowed(
            Text(
                zh="这是对你的决定的申诉，要由另一位工作人员处理。",
                en="This appeal is against your own decision: another colleague has to decide it.",
            )
        )
