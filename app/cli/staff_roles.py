"""`topctl staff roles`: the operator as the second person, where there are too few platform admins."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.mail.postbox import PURPOSE, Postbox
from app.features.members.staff.roles.actions import decide
from app.features.members.staff.roles.queries import WaitingChange, waiting_changes
from app.kit.sealing import Sealer
from app.kit.text import Text
from app.kit.viewer import OPERATOR
from app.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="The vendor's staff.")


@commands.callback()
def staff() -> None:
    """The vendor's staff."""


@commands.command("roles")
def roles(
    change: Annotated[str | None, typer.Argument(metavar="[ID]", help="of the change to decide")] = None,
    confirm: Annotated[bool | None, typer.Option("--confirm/--refuse", help="the decision")] = None,
) -> None:
    """List the changes of roles that wait for a second person; or decide one as the operator."""
    settings = read_settings()
    if change is None:
        _list(run(_waiting(settings)))
        return
    if confirm is None:
        refuse(say(Text(zh="请给出 --confirm 或 --refuse。", en="Say --confirm or --refuse.")))
    run(_decide(settings, change, confirm=confirm))
    told = Text(zh="已确认", en="Confirmed") if confirm else Text(zh="已拒绝", en="Refused")
    out.print(say(told))


def _list(waiting: Sequence[WaitingChange]) -> None:
    for one in waiting:
        told = Text(
            zh=f"{'给予' if one.change == 'give' else '收回'}，由 {one.proposer} 提出",
            en=f"{one.change}, proposed by {one.proposer}",
        )
        out.print(f"{one.public_id}  {one.name}  {one.role}  {say(told)}", markup=False)
    if not waiting:
        out.print(say(Text(zh="没有等待确认的角色变更。", en="No change of roles is waiting.")))


async def _waiting(settings: Settings) -> Sequence[WaitingChange]:
    database = Database(settings.effective_database_url)
    try:
        async with database.reading() as session:
            return await waiting_changes(session, OPERATOR)
    finally:
        await database.close()


async def _decide(settings: Settings, public_id: str, *, confirm: bool) -> None:
    database = Database(settings.effective_database_url)
    postbox = Postbox(Sealer(settings.secrets, PURPOSE), settings.public_address)

    async def work(session: WriteSession) -> None:
        await decide(session, OPERATOR, postbox, public_id, confirm=confirm)

    try:
        await run_write(database, work)
    finally:
        await database.close()
