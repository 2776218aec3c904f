"""`topctl ledger`: whether the books are right, and the work that the calendar does."""

import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from app.cli.imports import AsJson
from app.cli.ledger_checking import auditors_of, tell_report
from app.cli.terminal import ending_with, out, read_settings, run, say
from app.db.engine import Database
from app.features.ledger.actions import run_posting
from app.features.ledger.calendar import expire_what_is_over, release_what_is_due
from app.features.ledger.checking import Report, take_checkpoint
from app.features.ledger.checking.keeping import as_json as report_as_json
from app.features.ledger.checking.keeping import check_and_keep
from app.features.ledger.checking.report import Extent
from app.kit.text import Text

VIOLATED, NOT_RUN = 1, 2
commands = typer.Typer(no_args_is_help=True, help="The ledger: checks and due work.")


@commands.command("check")
def check(
    full: Annotated[bool, typer.Option("--full/--since-checkpoint", help="all entries, or the newer")] = True,
    as_json: AsJson = False,
) -> None:
    """Prove the books: sums, balances, limits, holds, guards. Exit status 0 clean, 1 violation, 2 not run."""
    with ending_with(NOT_RUN):
        report = _checked("full" if full else "since_checkpoint")
    if as_json:
        typer.echo(json.dumps(report_as_json(report), ensure_ascii=False))
    else:
        tell_report(report)
    if not report.is_clean:
        raise typer.Exit(VIOLATED)


def _checked(extent: Extent) -> Report:
    settings = read_settings()
    auditors = auditors_of(settings) if extent == "full" else ()
    try:
        report: Report = run(
            _with(lambda database: check_and_keep(database, extent=extent, auditors=auditors))
        )
    except typer.Exit:
        raise
    except Exception:  # a fault of the program is no violation, and must not end with the status of one
        traceback.print_exc()
        raise typer.Exit(NOT_RUN) from None
    return report


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
