"""`topctl audit`: proving that nobody rewrote the audit trail."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.cli.imports import AsJson
from app.cli.progress import PhaseBars
from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database
from app.features.members.audit.exporting import exported_heads
from app.features.members.audit.verifying import Problem, Verdict, verify_chain
from app.kit.text import Text
from app.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="The audit trail.")

_PROBLEMS: dict[Problem, Text] = {
    "missing": Text(zh="缺少", en="is missing"),
    "changed": Text(zh="内容被改过", en="was changed"),
    "unchained": Text(zh="与前一条不相接", en="does not follow the one before"),
    "beyond_head": Text(zh="在链头之后", en="stands beyond the head of the chain"),
    "head": Text(zh="与链头记录的不同", en="is not what the head of the chain says"),
    "export": Text(zh="与当日导出的链头不同", en="is not what was exported on its day"),
}


@commands.command("verify")
def verify(
    exports: Annotated[
        Path | None, typer.Option(help="directory of exported heads; TOP_AUDIT_EXPORT unless given")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every entry of the audit trail against its chain and the exported heads; exit status 1 names the
    first that is broken."""
    settings = read_settings()
    verdict = run(_verify(settings, _heads(exports or settings.audit_export)))
    if as_json:
        typer.echo(json.dumps({"holds": verdict.holds, **asdict(verdict)}))
    elif verdict.holds:
        told = Text(
            zh=f"审计记录完整：{verdict.entries:,} 条，链头 {verdict.head}",
            en=f"The audit trail holds: {verdict.entries:,} entries, head {verdict.head}",
        )
        out.print(say(told), soft_wrap=True)
    if verdict.problem is not None:
        problem = _PROBLEMS[verdict.problem]
        told = Text(
            zh=f"审计记录不完整：第 {verdict.broken_at} 条{problem.zh}（之前 {verdict.entries:,} 条完好）",
            en=f"The audit trail is broken: entry {verdict.broken_at} {problem.en} "
            f"({verdict.entries:,} before it hold)",
        )
        refuse(say(told))


def _heads(folder: Path | None) -> dict[int, str]:
    if folder is None:
        return {}
    try:
        return exported_heads(folder)
    except ValueError as error:
        refuse(say(Text(zh=f"不是导出的链头：{error}", en=f"Not an exported head: {error}")))


async def _verify(settings: Settings, heads: dict[int, str]) -> Verdict:
    database = Database(settings.effective_database_url)
    try:
        with PhaseBars() as bars:
            tell = partial(bars.advance, "verifying")
            async with database.reading() as session:
                return await verify_chain(session, exported=heads, on_batch=tell)
    finally:
        await database.close()
