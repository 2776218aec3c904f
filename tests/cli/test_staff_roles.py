"""`topctl staff roles`: the operator is the second person where there is only one platform admin."""

import asyncio
from pathlib import Path

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.staff.roles.actions import propose
from tests.cli.conftest import Topctl
from tests.people import add_person


def proposed(var: Path) -> str:
    """Pia, the only admin, proposes that Mo moderates."""

    async def run() -> str:
        database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
        pia = await add_person(database, "皮娅", staff_roles=("platform_admin",))
        mo = await add_person(database, "莫")

        async def work(session: WriteSession) -> str:
            return await propose(session, pia.viewer(), mo.public_id, "moderator", "give")

        try:
            return await run_write(database, work)
        finally:
            await database.close()

    return asyncio.run(run())


def test_the_operator_confirms_what_one_admin_proposed(topctl: Topctl, own_copy: Path) -> None:
    assert topctl("staff", "roles").out == "No change of roles is waiting.\n"
    change = proposed(own_copy)
    assert topctl("staff", "roles").out == f"{change}  莫  moderator  give, proposed by 皮娅\n"
    assert "--confirm or --refuse" in topctl("staff", "roles", change).err
    assert topctl("staff", "roles", change, "--confirm").out == "Confirmed\n"
    assert topctl("staff", "roles").out == "No change of roles is waiting.\n"
    again = topctl("staff", "roles", change, "--refuse")
    assert (again.status, "decided already" in again.err) == (1, True)


def test_an_unknown_change_is_named_as_such(topctl: Topctl, own_copy: Path) -> None:
    unknown = topctl("staff", "roles", "nothing", "--confirm")
    assert (unknown.status, "no such change" in unknown.err) == (1, True)
