"""`topctl create-staff`: the way in for the first of staff."""

from typing import Annotated

import typer

from app.cli.terminal import out, read_settings, run, say
from app.db.engine import Database
from app.db.writing import run_write
from app.features.members.signing_in.first_staff import FIRST_ROLE, NewStaff, create_staff
from app.features.members.signing_in.links import LIFETIME
from app.kit.text import Text
from app.settings import Settings


def create_staff_command(
    name: str,
    mail: str,
    role: Annotated[
        list[str] | None,
        typer.Option(help="moderator, finance, programme, support or platform_admin; repeat it"),
    ] = None,
) -> None:
    """Create an account for one of staff and print the link where they choose their password.

    The first one gets the roles at once (platform_admin if none is named). Once there is a platform admin,
    roles are proposed and confirmed by two of them in the console.
    """
    settings = read_settings()
    made = run(_create(settings, name, mail, role or []))
    minutes = int(LIFETIME["reset_password"].total_seconds() // 60)
    out.print(
        say(
            Text(
                zh=f"账号已建立。请本人在 {minutes} 分钟内打开下面的链接设置密码（只能用一次）：",
                en=f"The account exists. Let them open this link within {minutes} minutes to choose a "
                "password (it works once):",
            )
        )
    )
    out.print(f"{settings.public_address}{made.path}", markup=False, soft_wrap=True)
    if made.roles:
        told = Text(zh="角色：", en="Roles: ")
        out.print(say(told) + ", ".join(made.roles), markup=False)
    else:
        out.print(
            say(
                Text(
                    zh=f"已有平台管理员（{FIRST_ROLE}），所以还没有角色："
                    "请两位管理员在 /staff/roles 提议并确认。",
                    en=f"There is a {FIRST_ROLE} already, so no role was given: "
                    "have two of them propose and confirm it at /staff/roles.",
                )
            )
        )


async def _create(settings: Settings, name: str, mail: str, roles: list[str]) -> NewStaff:
    database = Database(settings.effective_database_url)
    try:
        return await run_write(database, lambda session: create_staff(session, name, mail, roles))
    finally:
        await database.close()
