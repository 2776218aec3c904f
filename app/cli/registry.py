"""`topctl registry`: correcting the registry."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from app.cli.imports import AsJson
from app.cli.indexing import run_due_jobs
from app.cli.progress import PhaseBars
from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.queries import current_catalogue
from app.features.registry import commands as registry
from app.kit.text import Text
from app.kit.viewer import OPERATOR
from app.settings import Settings
from search import build_engine

Result = TypeVar("Result")
Id = Annotated[str, typer.Argument(metavar="ID", help="last part of the page's address")]
_REPORTS_LISTED = 50
commands = typer.Typer(no_args_is_help=True, help="The registry of organisations.")


@commands.command("compose")
def compose(source: Path, target: Path) -> None:
    """Compose the shipped registry from a collected file: licensed rows and fields only."""
    composed = run(_compose(source, target))
    out.print(json.dumps(asdict(composed), ensure_ascii=False))


async def _compose(source: Path, target: Path) -> registry.Composed:
    return registry.compose(source, target)


@commands.command("close")
def close(
    public_id: Id,
    successor: Annotated[str | None, typer.Option(help="id of the organisation that took over")] = None,
    hide: Annotated[bool, typer.Option("--hide", help="takedown: its page says nothing at all")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="take it back in")] = False,
) -> None:
    """Close an organisation: lists and search no longer show it, its page says so. Imports keep it closed."""

    async def change(session: WriteSession, catalogue: Catalogue) -> str:
        if reopen:
            return await registry.reopen(session, public_id)
        return await registry.close(session, public_id, successor=successor, hide=hide)

    name = run(_changed(read_settings(), change))
    told = Text(zh="已恢复：", en="Open again: ") if reopen else Text(zh="已关闭：", en="Closed: ")
    out.print(say(told) + name, markup=False)


@commands.command("rename")
def rename(public_id: Id, new_name: str) -> None:
    """Rename an organisation; the old name is still found, and imports of it land here."""

    async def change(session: WriteSession, catalogue: Catalogue) -> str:
        return await registry.rename(session, public_id, new_name)

    old = run(_changed(read_settings(), change))
    out.print(f"{old} -> {new_name}", markup=False)


@commands.command("merge")
def merge(from_id: Id, into_id: Id) -> None:
    """Make one organisation part of another: names, sources and facts follow, the old address leads on."""

    async def change(session: WriteSession, catalogue: Catalogue) -> tuple[str, str]:
        return await registry.merge_into(session, from_id, into_id)

    gone, kept = run(_changed(read_settings(), change))
    out.print(f"{gone} -> {kept}", markup=False)


@commands.command("split")
def split(
    public_id: Id,
    into: Annotated[list[str], typer.Option(help="id of an organisation or name of a new one; repeat it")],
    facts_to: Annotated[str | None, typer.Option(help="which of them gets the facts")] = None,
) -> None:
    """Close an organisation in favour of several; its old address offers them."""

    async def change(session: WriteSession, catalogue: Catalogue) -> list[str]:
        return await registry.split(session, public_id, into, catalogue, facts_to=facts_to)

    for heir, given in zip(run(_changed(read_settings(), change)), into, strict=True):
        out.print(f"{heir}  {given}", markup=False)


@commands.command("review")
def review(
    report: Annotated[str | None, typer.Argument(metavar="[ID]", help="of the report to decide")] = None,
    accept: Annotated[bool | None, typer.Option("--accept/--refuse", help="the decision")] = None,
    reason: Annotated[str, typer.Option(help="shown to whoever reported")] = "",
    as_json: AsJson = False,
) -> None:
    """List the corrections and objections that wait, oldest first; or decide one."""
    if report is None:
        _list_reports(as_json=as_json)
        return
    if accept is None:
        refuse(say(Text(zh="请给出 --accept 或 --refuse。", en="Say --accept or --refuse.")))

    async def change(session: WriteSession, catalogue: Catalogue) -> registry.Decided:
        return await registry.decide(session, OPERATOR, report, accept=accept, reason=reason)

    done = run(_changed(read_settings(), change))
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    told = Text(zh="已采纳", en="Accepted") if accept else Text(zh="已拒绝", en="Refused")
    if done.already:
        told = Text(zh="早已如此决定，没有变化", en="It was decided so before; nothing changed")
    out.print(say(told))


def _list_reports(*, as_json: bool) -> None:
    waiting = run(_waiting(read_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in waiting], ensure_ascii=False, default=str))
        return
    for one in waiting:
        out.print(f"{one.public_id}  {one.created_at:%Y-%m-%d}  {one.kind}  {one.title}", markup=False)
        for field, value in one.proposed.items():
            out.print(f"    {field}: {value}", markup=False)
        if one.text:
            out.print(f"    {one.text}", markup=False)
    if not waiting:
        out.print(say(Text(zh="没有等待处理的反馈。", en="No report is waiting.")))


async def _waiting(settings: Settings) -> list[registry.OpenReport]:
    database = Database(settings.effective_database_url)
    try:
        async with database.reading() as session:
            return await registry.open_reports(session, limit=_REPORTS_LISTED)
    finally:
        await database.close()


async def _changed(
    settings: Settings, change: Callable[[WriteSession, Catalogue], Awaitable[Result]]
) -> Result:
    """Carry a change out and have the search index follow."""
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
        done = await run_write(database, lambda session: change(session, catalogue))
        with PhaseBars() as bars:
            await run_due_jobs(database, engine, bars)
        return done
    finally:
        await engine.close()
        await database.close()
