"""Asking to be verified, appealing, vouching for another company."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.access import access_request
from app.features.members.companies.models import (
    CompanyDocument,
    SponsorCode,
    VerificationRequest,
)
from app.features.members.companies.notes import clean_note
from app.features.members.companies.verification.domains import is_shared
from app.features.members.models import Company, Person
from app.features.members.signing_in.tokens import hashed
from app.kit import clock
from app.kit.errors import Conflict, Invalid, LimitReached
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer

REQUESTS_A_MONTH = 5
CODE_LASTS = timedelta(days=30)
OPEN_CODES = 20
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """Already on disk, sealed, under `storage_key`."""

    name: str
    media_type: str
    size: int
    storage_key: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One of the three ways, with what it needs."""

    method: str  # licence, domain, sponsor
    note: str
    document: StoredDocument | None = None
    sponsor_id: int | None = None  # a company whose code was redeemed


async def request_verification(session: WriteSession, viewer: Viewer, sent: Submission) -> str:
    """The id of the request. Raises Conflict, Invalid, LimitReached."""
    await _refuse_needless(session, viewer)
    values = {
        "public_id": random_id(),
        "company_id": viewer.company_id,
        "method": sent.method,
        "document_id": await _add_document(session, viewer, sent.document) if sent.document else None,
        "domain": await _own_domain(session, viewer) if sent.method == "domain" else None,
        "sponsor_id": sent.sponsor_id,
        "note": sent.note,
    }
    await _queue(session, viewer, values)
    public_id = str(values["public_id"])
    await record_audit(
        session, viewer, "verification.request", object_kind="verification", object_id=public_id
    )
    return public_id


async def appeal(session: WriteSession, viewer: Viewer, public_id: str, note: str) -> str:
    """Against a refusal, once; somebody else decides. Raises NotFound before Invalid on `note`; Conflict."""
    first = await access_request(session, viewer, public_id)
    note = clean_note(note, required=True)
    appealed = select(VerificationRequest.id).where(VerificationRequest.appeal_of == first.id)
    if first.state != "refused" or first.appeal_of or await session.scalar(appealed) is not None:
        raise Conflict(
            Text(
                zh="只有没通过的申请可以申诉，而且只能一次。有新材料时可以重新申请。",
                en="Only a refused request can be appealed, and once. With new evidence, please ask anew.",
            )
        )
    await _refuse_needless(session, viewer)
    copied = ("method", "document_id", "domain", "sponsor_id")
    values = {name: getattr(first, name) for name in copied}
    values |= {"public_id": random_id(), "company_id": viewer.company_id, "note": note}
    await _queue(session, viewer, values | {"appeal_of": first.id})
    await record_audit(
        session, viewer, "verification.appeal", object_kind="verification", object_id=values["public_id"]
    )
    return str(values["public_id"])


async def make_code(session: WriteSession, viewer: Viewer) -> str:
    """A code to hand to a company that one knows; it works once. Raises Conflict."""
    now = clock.now()
    unused = select(func.count()).where(
        SponsorCode.company_id == viewer.company_id,
        SponsorCode.used_at.is_(None),
        SponsorCode.expires_at > now,
    )
    if (await session.scalar(unused) or 0) >= OPEN_CODES:
        raise Conflict(
            Text(
                zh=f"最多同时有 {OPEN_CODES} 个没用过的邀请码。",
                en=f"At most {OPEN_CODES} unused codes at a time.",
            )
        )
    code = random_id()
    made = {"company_id": viewer.company_id, "code_hash": hashed(code), "made_by": viewer.person_id}
    await session.execute(
        insert(SponsorCode).values(made | {"created_at": now, "expires_at": now + CODE_LASTS})
    )
    await record_audit(
        session, viewer, "verification.vouch", object_kind="company", object_id=viewer.company_public_id
    )
    return code


async def redeem_code(session: WriteSession, viewer: Viewer, code: str) -> int:
    """The company that vouches. Acts for the system: the code belongs to another company. Raises Invalid."""
    found = await session.execute(
        select(SponsorCode.id, SponsorCode.company_id)
        .join(Company, Company.id == SponsorCode.company_id)
        .where(
            SponsorCode.code_hash == hashed(code),
            SponsorCode.used_at.is_(None),
            SponsorCode.expires_at > clock.now(),
            Company.state == "active",
            Company.verification == "verified",
            Company.id != viewer.company_id,
        )
        .with_for_update(of=SponsorCode)
    )
    row = found.one_or_none()
    if row is None:
        raise Invalid(
            Text(
                zh="这个邀请码不对、已用过或已过期。请向给你邀请码的伙伴再要一个。",
                en="This code is wrong, used or expired. Please ask the partner who gave it for another.",
            ),
            field="code",
        )
    used = update(SponsorCode).where(SponsorCode.id == row.id)
    await session.execute(used.values(used_at=clock.now()))
    return int(row.company_id)


async def _refuse_needless(session: WriteSession, viewer: Viewer) -> None:
    """One request at a time, few a month, none once verified. Two at the same moment queue here."""
    own = VerificationRequest.company_id == viewer.company_id
    company = select(Company.verification).where(Company.id == viewer.company_id).with_for_update()
    state = await session.scalar(company)
    if state == "verified":
        raise Conflict(Text(zh="贵公司已经通过认证。", en="Your company is verified already."))
    waiting = select(VerificationRequest.id).where(own, VerificationRequest.state == "waiting")
    if await session.scalar(waiting) is not None:
        raise Conflict(
            Text(
                zh="已有一个申请在等待处理，有结果之前不能再提交。",
                en="A request is waiting already; please wait for its result.",
            )
        )
    recent = select(func.count()).where(own, VerificationRequest.submitted_at > clock.now() - _MONTH)
    if (await session.scalar(recent) or 0) >= REQUESTS_A_MONTH:
        raise LimitReached(
            Text(
                zh=f"30 天内最多申请 {REQUESTS_A_MONTH} 次，请过些天再试。",
                en=f"At most {REQUESTS_A_MONTH} requests in 30 days. Please try again later.",
            ),
            retry_after=24 * 3600,
        )


async def _queue(session: WriteSession, viewer: Viewer, values: Mapping[str, object]) -> None:
    asked = {"submitted_by": viewer.person_id, "submitted_at": clock.now(), "state": "waiting"}
    await session.execute(insert(VerificationRequest).values({**values, **asked}))
    waits = update(Company).where(Company.id == viewer.company_id)
    await session.execute(waits.values(verification="pending"))


async def _add_document(session: WriteSession, viewer: Viewer, document: StoredDocument) -> int:
    made = insert(CompanyDocument).values(
        public_id=random_id(),
        company_id=viewer.company_id,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        storage_key=document.storage_key,
        uploaded_by=viewer.person_id,
        created_at=clock.now(),
    )
    return int((await session.execute(made.returning(CompanyDocument.id))).scalar_one())


async def _own_domain(session: WriteSession, viewer: Viewer) -> str:
    """Of the address that this admin has confirmed."""
    mail = await session.scalar(select(Person.mail).where(Person.id == viewer.person_id)) or ""
    domain = mail.rpartition("@")[2]
    if is_shared(domain):
        raise Invalid(
            Text(
                zh="你的邮箱在公共邮箱服务上，不能证明公司身份。请换用公司域名的邮箱，或上传营业执照。",
                en="Your address is with a public mail service, which proves no company. Use an address at "
                "the company's own domain, or send the business licence.",
            ),
            field="method",
        )
    return domain
