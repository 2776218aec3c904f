"""The search index is a copy outside the database: it may hold nothing but public names and attributes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.db.tables import metadata
from app.db.writing import run_write
from app.features.follows.models import Follow, FollowCount
from app.features.knowledge.loading import load_pack
from app.features.knowledge.models import KnowledgeEntry, KnowledgePack
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.payment_models import LedgerPaymentEvent
from app.features.ledger.side_models import LedgerAppeal, LedgerFreeze
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
from app.features.members.models import Company, Person
from app.features.members.privacy.models import DataCopy, Tombstone
from app.features.members.signing_in.models import (
    ApiToken,
    CodeSeed,
    Counter,
    Passkey,
    RecoveryCode,
    SignInSession,
    SingleUseLink,
)
from app.features.members.staff.break_glass.models import BreakGlassRequest
from app.features.members.staff.roles.models import StaffRoleChange
from app.features.registry.documents import KIND
from app.features.registry.explore.models import FactTotal
from app.features.registry.facts.models import Fact, Import, Notice, PeerCount, PeerEvidence
from app.features.registry.life.models import ImportChange, OrganisationRedirect, Report
from app.features.registry.models import Organisation, OrganisationAlias, OrganisationCount, Source
from app.features.registry.rebuilding import index_organisations, rebuild_index
from app.kit import clock
from app.kit.viewer import Viewer
from app.outbox.models import OutboxJob
from search import build_engine
from search.backends.directories import KindDirectory
from search.backends.tantivy_index import TantivyIndex
from search.contract import Document
from tests.application import application

SECRET = "qzvertraulich"
PUBLIC = "qzoeffentlich"


@pytest.fixture
async def filled(sqlite_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The application, indexed anew and partly once more, with secrets in every table but the registry's."""
    engine = build_engine(tmp_path / "search")
    async with application(sqlite_url, tmp_path, load_pack(), engine) as app:
        database = app.state.database
        await run_write(database, _hide_secrets)
        await rebuild_index(database, engine)
        await index_organisations(database, engine, [1, 2, 3])
        yield app
    await engine.close()


async def _hide_secrets(session: WriteSession) -> None:
    now = clock.now()
    job = {"topic": SECRET, "payload": {"customer": SECRET}, "created_at": now, "available_at": now}
    await session.execute(insert(OutboxJob).values(**job, attempts=0, last_error=SECRET))
    entry = {"kind": "need", "slug": SECRET, "position": 1, "body": {"customer": SECRET}, "digest": "x"}
    await session.execute(insert(KnowledgeEntry).values(**entry))
    first = select(Organisation.id).limit(1).scalar_subquery()
    await session.execute(
        insert(OrganisationAlias).values(organisation_id=first, alias=PUBLIC, alias_norm=PUBLIC, kind="short")
    )
    await session.execute(update(Organisation).values(scale=SECRET, code=SECRET, fingerprint=SECRET))
    organisation_id = await session.scalar(select(Organisation.id).limit(1)) or 0
    await _hide_in_facts(session, organisation_id)
    await _hide_in_life(session, organisation_id)
    await _hide_in_members(session)


async def _hide_in_members(session: WriteSession) -> None:
    now = clock.now()
    company = {"public_id": SECRET, "name": SECRET, "name_key": SECRET, "profile": {"about": SECRET}}
    made = insert(Company).values(**company, state="active", verification="verified", created_at=now)
    company_id = await session.scalar(made.returning(Company.id))
    person = {"public_id": SECRET, "kind": "member", "company_id": company_id, "role": "sales"}
    person |= {"mail": SECRET, "name": SECRET, "language": "zh", "state": "active", "created_at": now}
    person_id = await session.scalar(insert(Person).values(person).returning(Person.id))
    browser = {"public_id": SECRET, "token_hash": SECRET, "person_id": person_id, "device": SECRET}
    browser |= {"awaits_second_factor": False, "ip_prefix": SECRET}
    browser |= {"created_at": now, "seen_at": now, "ends_at": now}
    await session.execute(insert(SignInSession).values(browser))
    mine = {"person_id": person_id}
    seed = mine | {"state": "active", "sealed": SECRET, "last_step": 0, "created_at": now}
    await session.execute(insert(CodeSeed).values(seed))
    passkey = mine | {"public_id": SECRET, "credential_id": SECRET, "public_key": SECRET, "name": SECRET}
    await session.execute(insert(Passkey).values(passkey | {"sign_count": 0, "created_at": now}))
    await session.execute(insert(RecoveryCode).values(mine | {"code_hash": SECRET}))
    token = mine | {"public_id": SECRET, "token_hash": SECRET, "company_id": company_id, "name": SECRET}
    token |= {"scopes": SECRET, "state": "active", "created_at": now, "expires_at": now}
    await session.execute(insert(ApiToken).values(token))
    await session.execute(insert(Counter).values(key=SECRET, seconds=1, count=1, ends_at=now))
    link = {"token_hash": SECRET, "purpose": "invitation", "subject": SECRET, "expires_at": now}
    await session.execute(insert(SingleUseLink).values(link))
    mail = {"kind": SECRET, "language": "zh", "sealed": SECRET, "state": "waiting", "created_at": now}
    mail |= {"give_up_at": now, "problem": SECRET}
    await session.execute(insert(Mail).values(mail))
    secret = {"company_id": company_id, "person_id": person_id, "kind": "organisation", "subject": SECRET}
    await session.execute(insert(Follow).values(**secret, public_id=SECRET, created_at=now))
    count = {"kind": "organisation", "subject": SECRET, "companies": 5}
    await session.execute(insert(FollowCount).values(**count))
    typed = {"mail": SECRET, "company_name": SECRET, "person_name": SECRET, "password_hash": SECRET}
    typed |= {"language": "zh", "browser": SECRET, "created_at": now}
    await session.execute(insert(Registration).values(typed))
    await _hide_in_companies(session, int(company_id or 0), int(person_id or 0))
    await _hide_in_staff(session, company_id, person_id)
    await _hide_in_ledger(session, company_id)
    copy = {"person_id": person_id, "state": "ready", "language": "zh", "sealed": SECRET}
    await session.execute(insert(DataCopy).values(**copy, asked_at=now, expires_at=now))
    await session.execute(insert(Tombstone).values(kind="person", public_id=SECRET, at=now))
    await record_audit(session, Viewer(request_id=SECRET), SECRET, object_kind=SECRET, object_id=SECRET)


async def _hide_in_staff(session: WriteSession, company_id: int, person_id: int) -> None:
    now = clock.now()
    change = {"public_id": SECRET, "person_id": person_id, "role": SECRET, "change": "give", "state": "open"}
    await session.execute(insert(StaffRoleChange).values(**change, proposed_by=person_id, proposed_at=now))
    glass = {"public_id": SECRET, "kind": SECRET, "object_id": SECRET, "company_id": company_id}
    glass |= {"reason": SECRET, "ticket": SECRET, "state": "open", "requested_by": person_id}
    await session.execute(insert(BreakGlassRequest).values(**glass, requested_at=now))


async def _hide_in_companies(session: WriteSession, company_id: int, person_id: int) -> None:
    now, company = clock.now(), {"company_id": company_id}
    asked = {"public_id": SECRET, "mail": SECRET, "role": "sales", "state": "open", "invited_by": person_id}
    await session.execute(insert(Invitation).values(company | asked | {"created_at": now, "expires_at": now}))
    code = {"code_hash": SECRET, "made_by": person_id, "created_at": now, "expires_at": now}
    await session.execute(insert(SponsorCode).values(company | code))
    document = {"public_id": SECRET, "name": SECRET, "media_type": SECRET, "size": 1, "storage_key": SECRET}
    await session.execute(
        insert(CompanyDocument).values(company | document | {"uploaded_by": person_id, "created_at": now})
    )
    request = {"public_id": SECRET, "method": "domain", "domain": SECRET, "note": SECRET, "state": "waiting"}
    await session.execute(
        insert(VerificationRequest).values(
            company | request | {"submitted_by": person_id, "submitted_at": now}
        )
    )
    change = {"kind": "suspended", "reason": SECRET, "made_by": person_id, "made_at": now}
    await session.execute(insert(CompanyChange).values(company | change))


async def _hide_in_ledger(session: WriteSession, company_id: int | None) -> None:
    """The texts of its tables; the others hold numbers."""
    now = clock.now()
    owner = {"kind": 1, "owner_id": company_id, "company_id": company_id, "asset": "CR", "shard": 0}
    account = insert(LedgerAccount).values(**owner, balance=0, seq=0).returning(LedgerAccount.id)
    account_id = await session.scalar(account)
    refused = {"public_id": SECRET, "scope": SECRET, "idem_key": SECRET, "request_hash": SECRET}
    refused |= {"state": "rejected", "reason": SECRET, "refusal": {"zh": SECRET}, "kind": 1}
    refused |= {"cause_kind": SECRET, "cause_id": SECRET, "content": {SECRET: SECRET}, "created_at": now}
    await session.execute(insert(LedgerTransfer).values(refused))
    freeze = {"public_id": SECRET, "company_id": company_id, "account_id": account_id, "reason": SECRET}
    made = insert(LedgerFreeze).values(**freeze, days=1, placed_at=now, ends_at=now)
    freeze_id = await session.scalar(made.returning(LedgerFreeze.id))
    appeal = {"public_id": SECRET, "company_id": company_id, "freeze_id": freeze_id, "text": SECRET}
    appeal |= {"filed_by": 1, "filed_at": now, "state": "refused", "answer": SECRET, "decided_at": now}
    await session.execute(insert(LedgerAppeal).values(appeal))
    event = {"public_id": SECRET, "provider": SECRET, "event_id": SECRET, "kind": "paid", "payment": SECRET}
    event |= {"company": SECRET, "asset": "CNY", "amount": 1, "credits": 1, "digest": SECRET}
    await session.execute(insert(LedgerPaymentEvent).values(**event, state="unmatched", received_at=now))


async def _hide_in_life(session: WriteSession, organisation_id: int) -> None:
    now = clock.now()
    change = {"import_id": 1000, "organisation_id": organisation_id, "rev": 1, "before": {"name": SECRET}}
    await session.execute(insert(ImportChange).values(**change, aliases=[SECRET], sources=[1]))
    report = {"public_id": SECRET, "kind": "correction", "about": "organisation", "subject": SECRET}
    report |= {"proposed": {"name": SECRET}, "text": SECRET, "state": "open", "digest": SECRET}
    await session.execute(insert(Report).values(**report, reason=SECRET, created_at=now))
    former = {"kind": "renamed", "public_id": SECRET, "name": SECRET, "place": SECRET}
    former |= {"organisation_id": organisation_id, "created_at": now}
    await session.execute(insert(OrganisationRedirect).values(**former))
    count = {"industry": SECRET, "level": SECRET, "province": SECRET, "organisations": 1}
    await session.execute(insert(OrganisationCount).values(**count))
    await session.execute(update(KnowledgePack).values(version=SECRET))


async def _hide_in_facts(session: WriteSession, organisation_id: int) -> None:
    now, day = clock.now(), clock.today()
    run = {"id": 1000, "public_id": SECRET, "kind": "facts", "file_name": SECRET, "file_digest": SECRET}
    await session.execute(insert(Import).values(**run, report={SECRET: 1}, state="done", finished_at=now))
    source_id = await session.scalar(insert(Source).values(key=SECRET).returning(Source.id))
    shared = {"source_id": source_id, "seen_at": now, "title": SECRET, "site": SECRET, "url": SECRET}
    shared |= {"organisation_id": organisation_id, "project_key": SECRET, "role": "buyer"}
    of_notice = {"digest": SECRET, "import_id": 1000, "kind": "tender", "buyer": SECRET, "published_on": day}
    of_notice |= {"province": SECRET, "city": SECRET, "needs": {SECRET: 1.0}, "state": "matched"}
    await session.execute(insert(Notice).values(**shared, **of_notice))
    of_fact = {"public_id": SECRET, "need": SECRET, "kind": "tender", "first_on": day, "event_on": day}
    of_fact |= {"weight": 1.0, "rule": SECRET, "status": "active", "industry": SECRET, "province": SECRET}
    await session.execute(insert(Fact).values(**shared, **of_fact))
    group = {"industry": SECRET, "sub_industry": SECRET, "level": SECRET, "province": SECRET, "need": SECRET}
    await session.execute(insert(PeerCount).values(**group, organisations=5, counted_on=day, years=3))
    totals = {"level": SECRET, "year": 2026, "facts": 1, "organisations": 1, "amounts": 0, "amount_sum": 0}
    of_totals = {"industry": SECRET, "province": SECRET, "need": SECRET} | totals
    await session.execute(insert(FactTotal).values(**of_totals))
    companies = {"companies": 5, "largest_share": 0.2, "top_two_share": 0.4, "confirmations": 0, "denials": 0}
    of_peers = group | companies | {"organisation_id": organisation_id, "week": day}
    await session.execute(insert(PeerEvidence).values(**of_peers, organisations=0, with_need=0))


def dumped(root: Path) -> list[Document]:
    live = KindDirectory(root / KIND).current()
    assert live is not None
    found = list(TantivyIndex(live).touched_since(0))
    return [one for one in found if isinstance(one, Document)]


@pytest.mark.statement(59)
async def test_every_stored_text_is_a_public_column_of_the_registry(filled: FastAPI, tmp_path: Path) -> None:
    async with filled.state.database.reading() as session:
        rows = (await session.execute(select(Organisation.__table__))).mappings().all()
        aliases = set(await session.scalars(select(OrganisationAlias.alias)))
    of_id = {row["public_id"]: row for row in rows}
    documents = dumped(tmp_path / "search")
    assert len(documents) == len(rows)
    for document in documents:
        row = of_id[document.id]
        assert document.name == row["name"]
        assert {*document.aliases, *document.former_names, document.english_name} - {None} <= aliases
        assert document.filters.keys() <= {"industry", "province", "city", "provenance"}
        assert all(row[field] == value for field, value in document.filters.items())
        assert document.visibility == ("public",)


@pytest.mark.statement(59)
async def test_no_file_of_the_index_holds_a_text_of_another_table(filled: FastAPI, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "search").rglob("*") if path.is_file()]
    contents = b"".join(path.read_bytes() for path in files).lower()
    assert PUBLIC.encode() in contents, "the search through the files finds nothing at all"
    assert SECRET.encode() not in contents


def test_a_new_table_is_considered_here() -> None:
    """Whoever adds a table decides whether its texts may be indexed, and puts a secret into it above."""
    registry = "organisations|organisation_(aliases|sources|counts|redirects)|sources|import_changes|reports"
    facts = "imports|notices|facts|fact_totals|peer_counts|peer_evidence"
    others = "knowledge_entries|knowledge_pack|outbox_jobs"
    members = "companies|people|staff_roles|mails|audit_(entries|head)"
    members += "|staff_role_changes|break_glass_requests"
    members += "|sign_in_sessions|single_use_links|code_seeds|passkeys|recovery_codes|api_tokens|counters"
    follows = "follows|follow_counts|follow_count_weeks|data_copies|tombstones"
    companies = "registrations|invitations|sponsor_codes|company_(documents|changes)|verification_requests"
    ledger = "ledger_(accounts|transfers|entries|holds|freezes|appeals|bonuses|payouts|deposits|proposals"
    ledger += "|checkpoints|payment_events|checks|seals|seal_items)"
    known = re.compile(f"{registry}|{facts}|{others}|{members}|{follows}|{companies}|{ledger}")
    assert not [name for name in metadata.tables if not known.fullmatch(name)]
