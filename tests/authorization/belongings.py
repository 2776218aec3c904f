"""What company A owns: each field holds a word of its own that no rival may ever meet.

Whoever adds a table of companies puts a row of A here, and its public id where `addresses` finds it.
"""

from datetime import timedelta

import pyotp
from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.features.follows.models import Follow
from app.features.members.audit.recording import record_audit
from app.features.members.companies.models import (
    CompanyChange,
    CompanyDocument,
    Invitation,
    Registration,
    SponsorCode,
    VerificationRequest,
)
from app.features.members.mail.models import Mail
from app.features.members.models import Company
from app.features.members.privacy.copying import PURPOSE as COPY_PURPOSE
from app.features.members.privacy.models import DataCopy
from app.features.members.signing_in.factors.codes import PURPOSE as CODES_PURPOSE
from app.features.members.signing_in.links import LIFETIME, issue_link
from app.features.members.signing_in.models import ApiToken, CodeSeed, Passkey, RecoveryCode, SignInSession
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.sealing import Sealer
from app.kit.viewer import Viewer
from app.settings import Settings
from tests.people import PASSWORD_HASH, Known
from tests.purchases import BUYER

SECRET = "qzgeheim"  # begins every word that belongs to A alone
SHOWN = "qzsichtbar"  # and those of its profile, which any signed-in member may read


_SEALER = Sealer(Settings().secrets, CODES_PURPOSE)


def secret(what: str) -> str:
    return f"{SECRET}{what}"


async def own(session: WriteSession, ana: Known, ids: dict[str, str]) -> None:
    """Rows of Ana and her company in every room; `ids` learns what their addresses need."""
    ids |= {"company": ana.company_public_id, "person": ana.public_id}
    profile = update(Company).where(Company.id == ana.company_id)
    await session.execute(profile.values(profile={"about": f"{SHOWN}about"}))
    await _own_registration(session, ids)
    await _own_company_life(session, ana, ids)
    await _own_sign_ins(session, ana, ids)
    await _own_follow(session, ana, ids)
    viewer = Viewer(person_id=ana.person_id, company_id=ana.company_id)
    await record_audit(session, viewer, "test.own", object_kind="test", object_id=secret("audit"))


async def _own_registration(session: WriteSession, ids: dict[str, str]) -> None:
    """Of a colleague to be: waits for the link in the mail."""
    asked = {
        "mail": secret("new@example.com"),
        "company_name": secret("company"),
        "browser": secret("browser"),
    }
    asked |= {"person_name": secret("person"), "password_hash": PASSWORD_HASH, "language": "zh"}
    made = insert(Registration).values(asked | {"created_at": clock.now()}).returning(Registration.id)
    ids["confirm"] = await issue_link(session, "confirm_mail", subject=str(await session.scalar(made)))


async def _own_company_life(session: WriteSession, ana: Known, ids: dict[str, str]) -> None:
    """An invitation, a licence whose bytes `world` stored, a refused request, a code, a change by staff."""
    now, company, by = clock.now(), {"company_id": ana.company_id}, ana.person_id
    ids |= {"invitation": secret("invitation"), "document": secret("doc"), "verification": secret("request")}
    asked = {"public_id": ids["invitation"], "mail": secret("invited@example.com"), "role": "sales"}
    asked |= {"state": "open", "invited_by": by, "created_at": now, "expires_at": now + timedelta(days=3)}
    made = insert(Invitation).values(company | asked).returning(Invitation.id)
    ids["invited"] = await issue_link(session, "invitation", subject=str(await session.scalar(made)))
    await _wait_for_verification(session, ana, ids)
    document = {"public_id": ids["document"], "name": secret("file.pdf"), "media_type": "application/pdf"}
    document |= {"size": 1, "storage_key": ids["stored"], "uploaded_by": by, "created_at": now}
    kept = insert(CompanyDocument).values(company | document).returning(CompanyDocument.id)
    request = {
        "public_id": ids["verification"],
        "method": "licence",
        "note": secret("note"),
        "state": "refused",
    }
    request |= {"document_id": await session.scalar(kept), "reason": secret("reason"), "decided_at": now}
    await session.execute(
        insert(VerificationRequest).values(company | request | {"submitted_by": by, "submitted_at": now})
    )
    mail = {"kind": "invitation", "language": "zh", "sealed": secret("mail"), "state": "given_up"}
    mail |= {"created_at": now, "give_up_at": now, "problem": "TimeoutError"}
    ids["stuck"] = str(await session.scalar(insert(Mail).values(mail).returning(Mail.id)))
    code = {"code_hash": secret("vouch"), "made_by": by, "created_at": now, "expires_at": now}
    await session.execute(insert(SponsorCode).values(company | code))
    change = {"kind": "reinstated", "reason": secret("change"), "made_by": by, "made_at": now}
    await session.execute(insert(CompanyChange).values(company | change))


async def _wait_for_verification(session: WriteSession, ana: Known, ids: dict[str, str]) -> None:
    """A request that staff have not decided yet, so that they may read the document sent with it."""
    now, ids["waiting_document"] = clock.now(), secret("waiting")
    document = {"public_id": ids["waiting_document"], "name": secret("waiting.pdf"), "size": 1}
    document |= {"company_id": ana.company_id, "media_type": "application/pdf", "created_at": now}
    document |= {"storage_key": ids["stored_waiting"], "uploaded_by": ana.person_id}
    kept = insert(CompanyDocument).values(document).returning(CompanyDocument.id)
    request = {"public_id": secret("requested"), "company_id": ana.company_id, "method": "licence"}
    request |= {"document_id": await session.scalar(kept), "note": secret("asked"), "state": "waiting"}
    request |= {"submitted_by": ana.person_id, "submitted_at": now}
    await session.execute(insert(VerificationRequest).values(request))


async def _own_sign_ins(session: WriteSession, ana: Known, ids: dict[str, str]) -> None:
    now, person = clock.now(), {"person_id": ana.person_id}
    ids |= {"session": secret("session"), "passkey": secret("passkey"), "api_token": secret("token")}
    ids["reset"] = await issue_link(session, "reset_password", person_id=ana.person_id)
    ids["change_mail"] = await issue_link(
        session, "change_mail", person_id=ana.person_id, subject=secret("changed@example.com")
    )
    ids["export"] = await issue_link(session, "export", person_id=ana.person_id)
    sealed = Sealer(Settings().secrets, COPY_PURPOSE).seal(secret("copy"))
    copy = {"state": "ready", "language": "zh", "sealed": sealed, "asked_at": now}
    copy |= {"expires_at": now + LIFETIME["export"]}
    await session.execute(insert(DataCopy).values(person | copy))
    browser = update(SignInSession).where(SignInSession.person_id == ana.person_id)
    await session.execute(browser.values(device=secret("device"), public_id=ids["session"]))
    seed = {
        "state": "waiting",
        "sealed": _SEALER.seal(pyotp.random_base32(32)),
        "last_step": 0,
        "created_at": now,
    }
    await session.execute(insert(CodeSeed).values(person | seed))
    key = {"public_id": ids["passkey"], "credential_id": secret("credential"), "public_key": secret("key")}
    key |= {"sign_count": 0, "name": secret("keyname"), "created_at": now}
    await session.execute(insert(Passkey).values(person | key))
    await session.execute(insert(RecoveryCode).values(person | {"code_hash": secret("code")}))
    token = {"public_id": ids["api_token"], "token_hash": secret("tokenhash"), "name": secret("tokenname")}
    token |= {"company_id": ana.company_id, "scopes": "company", "state": "waiting", "created_at": now}
    await session.execute(insert(ApiToken).values(person | token | {"expires_at": now}))


async def _own_follow(session: WriteSession, ana: Known, ids: dict[str, str]) -> None:
    found = select(Organisation.public_id).where(Organisation.name == BUYER)
    ids |= {"organisation": str(await session.scalar(found)), "follow": secret("follow")}
    follow = {"public_id": ids["follow"], "kind": "organisation", "subject": ids["organisation"]}
    follow |= {"person_id": ana.person_id, "company_id": ana.company_id, "created_at": clock.now()}
    await session.execute(insert(Follow).values(follow))
