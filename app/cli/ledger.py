"""`topctl ledger`: whether the books are right, and the work that the calendar does."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from app.cli.imports import AsJson
from app.cli.terminal import err, out, read_settings, run, say
from app.db.engine import Database
from app.features.ledger.actions import run_posting
from app.features.ledger.calendar import expire_what_is_over, release_what_is_due
from app.features.ledger.checking import Report, take_checkpoint
from app.features.ledger.checking.keeping import as_json as report_as_json
from app.features.ledger.checking.keeping import check_and_keep
from app.features.ledger.checking.report import Auditor, Extent
from app.features.ledger.sealing.auditing import seal_auditor
from app.kit.amount import Amount, asset_named
from app.kit.text import Text

# What other rooms know that must agree with the books; the seals are added from the settings.
AUDITORS: tuple[Auditor, ...] = ()
VIOLATED, NOT_RUN = 1, 2
commands = typer.Typer(no_args_is_help=True, help="The ledger: checks and due work.")


@commands.command("check")
def check(
    full: Annotated[bool, typer.Option("--full/--since-checkpoint", help="all entries, or the newer")] = True,
    as_json: AsJson = False,
) -> None:
    """Prove the books: sums, balances, limits, holds, guards. Exit status 0 clean, 1 violation, 2 not run."""
    extent: Extent = "full" if full else "since_checkpoint"
    try:
        report: Report = run(
            _with(lambda database: check_and_keep(database, extent=extent, auditors=_auditors(full=full)))
        )
    except typer.Exit:
        raise typer.Exit(NOT_RUN) from None
    if as_json:
        typer.echo(json.dumps(report_as_json(report), ensure_ascii=False))
    else:
        _print(report)
    if not report.is_clean:
        raise typer.Exit(VIOLATED)


def _auditors(*, full: bool) -> tuple[Auditor, ...]:
    """The seals are recomputed from all of the books: with the full check alone."""
    return (*AUDITORS, seal_auditor(read_settings().seal_export)) if full else AUDITORS


def _print(report: Report) -> None:
    told = Text(
        zh=f"{report.transfers} 笔转账（{report.rejected} 笔被拒绝），{report.entries} 条分录，"
        f"{report.accounts} 个账户；检查了 {'、'.join(report.checked)}",
        en=f"{report.transfers} transfers ({report.rejected} rejected), {report.entries} entries, "
        f"{report.accounts} accounts; checked {', '.join(report.checked)}",
    )
    out.print(f"{report.as_of:%Y-%m-%d %H:%M:%S}  {say(told)}", markup=False)
    for asset, minor in report.outstanding.items():
        held = Amount(asset_named(asset), minor).as_text()
        out.print(say(Text(zh=f"伙伴持有 {held.zh}", en=f"Partners hold {held.en}")), markup=False)
    for finding in report.findings:
        line = f"{finding.invariant}  {finding.subject}  {say(finding.rule)}: {finding.detail}"
        (out if finding.is_late else err).print(line, markup=False, soft_wrap=True)
    if report.is_clean:
        out.print(say(Text(zh="账目平衡。", en="The books balance.")), style="bold green")


@commands.command("checkpoint")
def checkpoint() -> None:
    """Write down where every account stands: later checks must find it so, and may begin there."""
    taken = run(_with(lambda database: run_posting(database, take_checkpoint)))
    out.print(say(Text(zh=f"记下 {taken} 个账户。", en=f"{taken} accounts written down.")))


@commands.command("due")
def due() -> None:
    """Release earnings and take back bonuses whose time is over, as the worker does by itself."""

    async def work(database: Database) -> tuple[int, int]:
        return await release_what_is_due(database), await expire_what_is_over(database)

    released, expired = run(_with(work))
    told = Text(
        zh=f"结算 {released} 批，收回 {expired} 笔赠送。", en=f"{released} released, {expired} expired."
    )
    out.print(say(told))


async def _with(work: Callable[[Database], Awaitable[Any]]) -> Any:
    database = Database(read_settings().effective_database_url)
    try:
        return await work(database)
    finally:
        await database.close()
