"""`topctl` on PostgreSQL with two roles: the owner migrates, a plain role serves, the doctor tells which."""

import asyncio
from pathlib import Path

from app.cli.terminal import run
from app.db.engine import Database
from app.db.migrating import downgrade
from app.db.tenancy import NOBODY, SYSTEM, Tenant, acting_as, acting_tenant
from tests.application import ORGANISATIONS
from tests.cli.conftest import Topctl
from tests.postgresql import PostgresForTests

PRODUCTION = {
    "TOP_ENVIRONMENT": "production",
    "TOP_SECRET_KEY": "x" * 40,
    "TOP_ALLOWED_HOSTS": '["top.example"]',
    "TOP_BASE_URL": "https://top.example",
    "TOP_SMTP_URL": "smtps://mail.example",
    "TOP_TRUSTED_PROXIES": "1",
}


def test_the_owner_migrates_and_a_plain_role_serves(
    topctl: Topctl, postgres: PostgresForTests, tmp_path: Path
) -> None:
    with postgres.database() as plain:
        owner = postgres.as_owner(plain)
        asyncio.run(_take_back(owner))
        ended = topctl("import", "organisations", ORGANISATIONS, TOP_DATABASE_URL=plain)
        assert ended.status == 1, "a role that owns nothing can migrate"
        both = {"TOP_DATABASE_URL": plain, "TOP_MIGRATION_DATABASE_URL": owner}
        assert topctl("import", "organisations", ORGANISATIONS, **both).status == 0
        assert topctl("prepare", **both).status == 0
        assert topctl("doctor", "--json", TOP_DATABASE_URL=plain).json["second_wall"] == "stands"
        exported = {"TOP_AUDIT_EXPORT": str(tmp_path / "heads")}
        assert topctl("doctor", **PRODUCTION, **exported, TOP_DATABASE_URL=plain).status == 0
        weak = topctl("doctor", "--json", **PRODUCTION, TOP_DATABASE_URL=owner)
        assert weak.status == 1
        assert "superuser" in weak.json["second_wall"]
        assert any("TOP_MIGRATION_DATABASE_URL" in action for action in weak.json["actions"])


async def _take_back(owner: str) -> None:
    """To an empty database, in which the plain role may do nothing."""
    database = Database(owner)
    await downgrade(database, revision="base")
    await database.close()


def test_a_command_acts_for_the_system_only_while_it_runs() -> None:
    """`topctl serve` runs one before it serves: requests must not inherit whom it acted for."""

    async def told() -> Tenant:
        return acting_tenant()

    with acting_as(NOBODY):
        assert run(told()) == SYSTEM
        assert acting_tenant() == NOBODY
