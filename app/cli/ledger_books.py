"""`topctl ledger`, continued: balances, statements, seals and proofs, for operators."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from app.cli.imports import AsJson
from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.features.ledger.queries import balances_of, statement_of, transfer_named
from app.features.ledger.sealing.proving import prove as prove_transfer
from app.features.ledger.sealing.publishing import publish
from app.features.ledger.sealing.sealing import seal_all
from app.features.ledger.wallet.presenting import signed
from app.features.members.companies.finding import company_named
from app.kit.text import Text
from app.settings import Settings

Company = Annotated[str, typer.Argument(metavar="COMPANY", help="last part of its page's address")]
_LINES = 50


def balances(company: Company, as_json: AsJson = False) -> None:
    """What a company has and owes."""

    async def work(database: Database, settings: Settings) -> dict[str, Any]:
        async with database.reading() as session:
            found = await balances_of(session, await company_named(session, company, also_gone=True))
        names = ("spendable", "bonus", "pending", "available", "debt", "deposit")
        return {name: getattr(found, name) for name in names}

    found = run(_with(work))
    if as_json:
        typer.echo(json.dumps({name: amount.minor for name, amount in found.items()}))
        return
    for name, amount in found.items():
        out.print(f"{name:<10} {say(amount.as_text())}", markup=False)


def statement(
    company: Company,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="lines, newest first")] = _LINES,
    as_json: AsJson = False,
) -> None:
    """A company's newest lines, each with its cause."""

    async def work(database: Database, settings: Settings) -> Any:
        async with database.reading() as session:
            company_id = await company_named(session, company, also_gone=True)
            return (await statement_of(session, company_id, limit=limit)).lines

    for line in run(_with(work)):
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
        return sealed, await publish(database, settings.seal_export, settings.secrets[0])

    sealed, published = run(_with(work))
    told = Text(
        zh=f"封存 {sealed} 笔转账，公布 {published} 个链值。",
        en=f"{sealed} transfers sealed, {published} chain values published.",
    )
    out.print(say(told))


def prove(
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="transfer, or transfer/leg for one leg alone")
    ],
) -> None:
    """Print the proof that an entry was in the books when they were sealed. /books/proof checks it."""
    transfer, _, leg = entry.partition("/")

    async def work(database: Database, settings: Settings) -> dict[str, Any]:
        async with database.reading() as session:
            found = await transfer_named(session, transfer)
            legs = [int(leg)] if leg.isdigit() else list(range(1, len(found.legs) + 1))
            return await prove_transfer(session, found.id, legs)

    typer.echo(json.dumps(run(_with(work)), ensure_ascii=False))


async def _with(work: Callable[[Database, Settings], Awaitable[Any]]) -> Any:
    settings = read_settings()
    database = Database(settings.effective_database_url)
    try:
        return await work(database, settings)
    finally:
        await database.close()
