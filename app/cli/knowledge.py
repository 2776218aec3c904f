"""`topctl pack`: check and load the knowledge pack."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.cli.schema import migrate
from app.cli.terminal import err, out, read_settings, refuse, run, say
from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.actions import PackChanges, load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.errors import PackError
from app.features.knowledge.loading import load_pack
from app.features.knowledge.loading.files import NOTICE_RULES
from app.features.knowledge.notices import load_notice_rules
from app.kit.text import Text
from app.settings import Settings

commands = typer.Typer(
    no_args_is_help=True, help="The knowledge pack: industries, needs, regulations, outlines."
)
Directory = Annotated[Path | None, typer.Argument(help="directory of the pack; by default the one shipped")]
AsJson = Annotated[bool, typer.Option("--json", help="for machines")]


@commands.command("check")
def check(directory: Directory = None) -> None:
    """Check a pack strictly; print every problem with file, entry and reason."""
    catalogue = _read(directory)
    rules = _read_notice_rules(catalogue, directory)
    out.print(
        say(
            Text(
                zh=f"知识包正确：{len(catalogue.industries)} 个行业，{len(catalogue.needs)} 项需求，"
                f"{len(catalogue.regulations)} 部法规标准，{len(catalogue.outlines)} 份方案提纲，"
                f"{rules} 条公告规则。",
                en=f"The pack is correct: {len(catalogue.industries)} industries, "
                f"{len(catalogue.needs)} needs, {len(catalogue.regulations)} regulations, "
                f"{len(catalogue.outlines)} outlines, {rules} rules for notices.",
            )
        )
    )


@commands.command("load")
def load(directory: Directory = None, as_json: AsJson = False) -> None:
    """Load a pack into the database; loading the same one again changes nothing.

    A pack of your own stays until you load another; without a directory the one shipped comes back.
    """
    catalogue = _read(directory)
    changes = run(_load(read_settings(), catalogue, is_shipped=directory is None))
    if as_json:
        typer.echo(json.dumps(_as_dict(changes), ensure_ascii=False))
        return
    if changes.is_empty:
        out.print(say(Text(zh="没有变化。", en="Nothing changed.")))
        return
    for sign, keys in (("+", changes.added), ("~", changes.changed), ("-", changes.removed)):
        for kind, slug in keys:
            out.print(f"{sign} {kind} {slug}", markup=False)
    summary = f"+{len(changes.added)} ~{len(changes.changed)} -{len(changes.removed)} ={changes.unchanged}"
    out.print(summary, markup=False)


def _read(directory: Path | None) -> Catalogue:
    try:
        return load_pack(directory)
    except PackError as error:
        _refuse(error)


def _read_notice_rules(catalogue: Catalogue, directory: Path | None) -> int:
    """How many rules there are; a pack of one's own may have none, as those shipped stay in use."""
    if directory is not None and not (directory / NOTICE_RULES).exists():
        return 0
    try:
        return len(load_notice_rules(catalogue.needs, directory).rules)
    except PackError as error:
        _refuse(error)


def _refuse(error: PackError) -> NoReturn:
    for problem in error.problems:
        err.print(f"{problem.file}: {problem.entry}: {say(problem.reason)}", markup=False)
    count = len(error.problems)
    refuse(say(Text(zh=f"共 {count} 个问题，未加载任何内容。", en=f"{count} problems; nothing was loaded.")))


async def _load(settings: Settings, catalogue: Catalogue, *, is_shipped: bool) -> PackChanges:
    database = Database(settings.effective_database_url)
    try:
        await migrate(settings, database)

        async def work(session: WriteSession) -> PackChanges:
            return await load_into(session, catalogue, is_shipped=is_shipped)

        return await run_write(database, work)
    finally:
        await database.close()


def _as_dict(changes: PackChanges) -> dict[str, object]:
    return {
        "version": changes.version,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
        "unchanged": changes.unchanged,
        "reordered": changes.reordered,
    }
