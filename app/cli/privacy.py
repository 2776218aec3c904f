"""`topctl privacy`: who was erased stays erased, also after a restore."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database
from app.features.members.privacy.tombstones import keep_tombstones, replay_tombstones
from app.kit.text import Text
from app.settings import Settings
from app.worker import eraser_of

commands = typer.Typer(no_args_is_help=True, help="Personal data.")


@commands.command("replay-tombstones")
def replay(
    file: Annotated[
        Path | None, typer.Argument(help="list of the erased; TOP_TOMBSTONES unless given")
    ] = None,
) -> None:
    """Erase again whoever the list names and a restored database brought back. Every start does it, too."""
    settings = read_settings()
    named = file or settings.effective_tombstones
    if not named.exists():
        refuse(say(Text(zh=f"没有这个文件：{named}", en=f"There is no such file: {named}")))
    again = run(_replay(settings, named))
    told = Text(zh=f"再次删除了 {again} 个账号和公司。", en=f"{again} people and companies erased again.")
    out.print(say(told))


async def _replay(settings: Settings, file: Path) -> int:
    database = Database(settings.effective_database_url)
    try:
        return await replay_tombstones(database, eraser_of(settings), file)
    finally:
        await database.close()


@commands.command("export-tombstones")
def export(file: Annotated[Path, typer.Argument(help="written anew, with what it held before")]) -> None:
    """Write the list of the erased (ids, no names) to a file, to be kept apart from the backups."""
    kept = run(_export(read_settings(), file))
    out.print(say(Text(zh=f"名单中有 {kept} 项。", en=f"The list holds {kept} entries.")))


async def _export(settings: Settings, file: Path) -> int:
    database = Database(settings.effective_database_url)
    try:
        return await keep_tombstones(database, file)
    finally:
        await database.close()
