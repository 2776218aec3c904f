"""What finance staff see of a company's money: no row in the trail, no read. Ids and amounts alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import literal, select

from app.db.engine import AuditedSession, Database
from app.features.ledger.kinds import AccountKind
from app.features.ledger.queries.balances import Balances, balances_of
from app.features.ledger.queries.for_staff import (
    Dispute,
    PaymentEvent,
    Proposal,
    StaffPayout,
    bonus_budget,
    open_disputes,
    open_proposals,
    payouts_ended,
    payouts_open,
    unmatched_events,
)
from app.features.ledger.queries.left_behind import left_by_closed
from app.features.ledger.queries.objections import (
    Appeal,
    Freeze,
    freezes_of,
    open_appeals,
    standing_freezes,
)
from app.features.ledger.queries.statement import Places, StatementPage, statement_of
from app.features.ledger.wallet.presenting import signed
from app.features.members.audit.reading import read_audited
from app.features.members.companies.finding import closed_companies, company_named, public_ids_of
from app.kit.amount import Amount, asset_named
from app.kit.text import Text
from app.kit.viewer import Viewer

LISTED = 50
ENDED_SHOWN = 10
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CompanyAccount:
    company: str  # public id
    is_closed: bool  # nothing new comes in; two people pay out what is left
    balances: Balances
    freezes: list[Freeze]
    statement: StatementPage


@dataclass(frozen=True, slots=True)
class ShownProposal:
    proposal: Proposal
    words: tuple[Text, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Proposals:
    items: list[ShownProposal]
    budget: Amount
    left: Amount


@dataclass(frozen=True, slots=True)
class Payouts:
    open: list[StaffPayout]
    ended: list[StaffPayout]
    companies: dict[int, str]


@dataclass(frozen=True, slots=True)
class Objections:
    appeals: list[Appeal]
    freezes: list[Freeze]
    disputes: list[Dispute]
    companies: dict[int, str]


async def company_account(
    database: Database, viewer: Viewer, company: str, *, before: Places | None = None, limit: int = LISTED
) -> CompanyAccount:
    """Raises NotFound. The company finds this read in its access log."""

    async def read(session: AuditedSession) -> tuple[CompanyAccount, int | None]:
        company_id = await company_named(session, company, also_gone=True)
        closed = select(literal(company_id).in_(closed_companies()))
        account = CompanyAccount(
            company=company,
            is_closed=bool(await session.scalar(closed)),
            balances=await balances_of(session, company_id),
            freezes=await freezes_of(session, company_id),
            statement=await statement_of(session, company_id, before=before, limit=limit),
        )
        return account, company_id

    return await read_audited(
        database, viewer, "ledger.read", read, object_kind="company", object_id=company[:40]
    )


async def left_behind(database: Database, viewer: Viewer) -> list[tuple[str, Text]]:
    """What closed companies still have or owe, each with the company's public id."""
    return await _queue(database, viewer, "left", lambda session: left_by_closed(session, limit=LISTED))


async def proposals(database: Database, viewer: Viewer) -> Proposals:
    async def load(session: AuditedSession) -> Proposals:
        found = await open_proposals(session, limit=LISTED)
        companies = await public_ids_of(session, (one for item in found for one in _companies(item)))
        budget, left = await bonus_budget(session)
        items = [
            ShownProposal(one, _in_words(one, companies), one.proposed_by == viewer.person_id)
            for one in found
        ]
        return Proposals(items, budget, left)

    return await _queue(database, viewer, "proposals", load)


async def payouts(database: Database, viewer: Viewer) -> Payouts:
    async def load(session: AuditedSession) -> Payouts:
        found = await payouts_open(session, limit=LISTED)
        ended = await payouts_ended(session, limit=ENDED_SHOWN)
        companies = await public_ids_of(session, (one.company_id for one in (*found, *ended)))
        return Payouts(found, ended, companies)

    return await _queue(database, viewer, "payouts", load)


async def objections(database: Database, viewer: Viewer) -> Objections:
    async def load(session: AuditedSession) -> Objections:
        appeals = await open_appeals(session, limit=LISTED)
        freezes = await standing_freezes(session, limit=LISTED)
        disputes = await open_disputes(session, limit=LISTED)
        concerned: Sequence[Any] = [*appeals, *freezes, *disputes]
        companies = await public_ids_of(session, (one.company_id for one in concerned))
        return Objections(appeals, freezes, disputes, companies)

    return await _queue(database, viewer, "appeals", load)


async def events(database: Database, viewer: Viewer) -> list[PaymentEvent]:
    return await _queue(database, viewer, "events", lambda session: unmatched_events(session, limit=LISTED))


async def _queue(
    database: Database, viewer: Viewer, name: str, load: Callable[[AuditedSession], Awaitable[Result]]
) -> Result:
    async def read(session: AuditedSession) -> tuple[Result, int | None]:
        return await load(session), None

    return await read_audited(
        database, viewer, "ledger.read_queue", read, object_kind="ledger_queue", object_id=name
    )


def _companies(proposal: Proposal) -> list[int]:
    if "company" in proposal.body:
        return [int(proposal.body["company"])]
    return [owner for _, owner, *_ in proposal.body.get("legs", ()) if owner]


def _in_words(proposal: Proposal, companies: dict[int, str]) -> tuple[Text, ...]:
    body = proposal.body
    if proposal.kind == "correction":
        if body["reverses"]:
            return (Text(zh=f"撤销转账 {body['reverses']}", en=f"Undo transfer {body['reverses']}"),)
        return tuple(_leg(*leg, companies=companies) for leg in body["legs"])
    if proposal.kind == "payout":
        return (_outcome(body["payout"], body["step"], body["reference"]),)
    amount = Amount("CR", int(body["amount"])).as_text()
    if proposal.kind == "budget":
        return (Text(zh=f"追加赠送额度 {amount.zh}", en=f"Allow {amount.en} more of bonuses"),)
    company = companies.get(int(body["company"]), "?")
    if proposal.kind == "top_up":
        return (Text(zh=f"给 {company} 充值 {amount.zh}", en=f"Credit {amount.en} to {company}"),)
    return (Text(zh=f"补偿 {company} {amount.zh}", en=f"Goodwill of {amount.en} to {company}"),)


def _outcome(payout: str, step: str, reference: str) -> Text:
    if step == "settled":
        return Text(
            zh=f"提现 {payout} 已到账，流水号 {reference}", en=f"Payout {payout} was paid, number {reference}"
        )
    return Text(
        zh=f"提现 {payout} 未付出，收益退回", en=f"Payout {payout} was not paid: give the earnings back"
    )


def _leg(kind: int, owner: int, asset: str, shard: int, minor: int, *, companies: dict[int, str]) -> Text:
    label, change = AccountKind(kind).label, signed(Amount(asset_named(asset), minor))
    whose = Text(*[companies.get(owner, "?")] * 2) if owner else Text(zh="平台", en="the platform")
    return Text(zh=f"{label.zh}（{whose.zh}）{change.zh}", en=f"{label.en} ({whose.en}): {change.en}")
