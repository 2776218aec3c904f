"""`topctl ledger`, continued: balances, statements and seals, for operators."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from app.cli.imports import AsJson
from app.cli.ledger_proving import unreadable
from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.features.ledger.kinds import AccountKind
from app.features.ledger.queries import Balances, balances_of, statement_of
from app.features.ledger.sealing.publishing import publish
from app.features.ledger.sealing.sealing import seal_all
from app.features.ledger.wallet.presenting import signed
from app.features.members.companies.finding import company_named
from app.kit import clock
from app.kit.text import Text
from app.settings import Settings

Company = Annotated[str, typer.Argument(metavar="COMPANY", help="last part of its page's address")]
_LINES = 50
_BALANCES = {
    "spendable": AccountKind.WALLET,
    "bonus": AccountKind.WALLET_PROMO,
    "pending": AccountKind.EARNINGS_PENDING,
    "available": AccountKind.EARNINGS_AVAILABLE,
    "debt": AccountKind.PARTNER_DEBT,
    "deposit": AccountKind.DEPOSIT,
}


def balances(company: Company, as_json: AsJson = False) -> None:
    """What a company has and owes; --json: in thousandths of a credit, deposit_money in fen."""

    async def work(database: Database, settings: Settings) -> tuple[Balances, Balances]:
        async with database.reading() as session:
            company_id = await company_named(session, company, also_gone=True)
            return await balances_of(session, company_id), await balances_of(session, company_id, asset="CNY")

    found, money = run(_with(work))
    amounts = {name: (kind, getattr(found, name)) for name, kind in _BALANCES.items()}
    amounts["deposit_money"] = (AccountKind.DEPOSIT, money.deposit)
    frozen = {kind: until for kind, until in found.frozen_until.items() if until > clock.now()}
    if as_json:
        told: dict[str, Any] = {name: amount.minor for name, (_, amount) in amounts.items()}
        told["frozen_until"] = {kind.name.lower(): until.isoformat() for kind, until in frozen.items()}
        typer.echo(json.dumps(told))
        return
    for kind, amount in amounts.values():
        until = frozen.get(kind)
        stopped = f"  ({say(_frozen(until))})" if until is not None else ""
        out.print(f"{say(kind.label)}  {say(amount.as_text())}{stopped}", markup=False)


def _frozen(until: datetime) -> Text:
    return Text(zh=f"冻结至 {until:%Y-%m-%d %H:%M:%S}", en=f"frozen until {until:%Y-%m-%d %H:%M:%S}")


def statement(
    company: Company,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="lines, newest first")] = _LINES,
    as_json: AsJson = False,
) -> None:
    """A company's newest lines, each with its cause; --json: an object a line."""

    async def work(database: Database, settings: Settings) -> Any:
        async with database.reading() as session:
            company_id = await company_named(session, company, also_gone=True)
            return (await statement_of(session, company_id, limit=limit)).lines

    lines = run(_with(work))
    if not lines and not as_json:
        out.print(say(Text(zh="还没有任何分录。", en="There are no entries yet.")))
    for line in lines:
        if as_json:
            told = {
                "entry": f"{line.transfer}/{line.leg}",
                "at": line.at.isoformat(),
                "kind": line.kind.name.lower(),
                "account": line.account.name.lower(),
                "asset": line.amount.asset,
                "minor": line.amount.minor,
                "balance_after": line.balance_after.minor,
                "cause": [line.cause.kind, line.cause.id],
            }
            typer.echo(json.dumps(told, ensure_ascii=False))
            continue
        cause = f"{line.cause.kind} {line.cause.id}"
        change, after = say(signed(line.amount)), say(line.balance_after.as_text())
        told_line = f"{line.at:%Y-%m-%d %H:%M:%S}  {say(line.kind.label)}  {say(line.account.label)}"
        out.print(
            f"{told_line}  {change}  ({after})  {cause}  {line.transfer}/{line.leg}",
            markup=False,
            soft_wrap=True,
        )


def seal(
    everything: Annotated[
        bool, typer.Option("--all", help="look for unsealed transfers from the beginning, not the newest")
    ] = False,
) -> None:
    """Seal what is not sealed yet and publish the chain values, as the worker does every minute."""

    async def work(database: Database, settings: Settings) -> tuple[int, int]:
        sealed = await seal_all(database, everything=everything)
        try:
            return sealed, await publish(database, settings.seal_export, settings.secrets[0])
        except ValueError as error:
            raise unreadable(error) from None

    sealed, published = run(_with(work))
    told = Text(
        zh=f"封存 {sealed} 笔转账，公布 {published} 个链值。",
        en=f"{sealed} transfers sealed, {published} chain values published.",
    )
    out.print(say(told))


async def _with(work: Callable[[Database, Settings], Awaitable[Any]]) -> Any:
    settings = read_settings()
    database = Database(settings.effective_database_url)
    try:
        return await work(database, settings)
    finally:
        await database.close()
