"""Rights on PostgreSQL: migrations run as the owner of the tables, the product as a role that owns nothing,
changes no schema, and appends to what is append-only. `topctl doctor` tells whether it is so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.db.engine import Database, ReadSession

# Tables whose trigger refuses changes: the same list for every room that adds one.
_APPEND_ONLY = text(
    "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE p.proname = 'refuse_change' AND NOT t.tgisinternal ORDER BY 1"
)
_STANDING = text(
    "SELECT r.rolsuper, r.rolbypassrls, "
    "EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'companies' AND c.relkind = 'r' "
    "AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns, "
    "(SELECT count(*) FROM pg_class c WHERE c.relkind = 'r' AND c.relforcerowsecurity "
    "AND c.relrowsecurity) AS walled "
    "FROM pg_roles r WHERE r.rolname = current_user"
)


@dataclass(frozen=True, slots=True)
class SecondWall:
    """What the role of the product could get around; `walled` counts the tables behind row-level security."""

    is_superuser: bool
    bypasses: bool
    owns_tables: bool
    walled: int

    @property
    def stands(self) -> bool:
        return bool(self.walled) and not (self.is_superuser or self.bypasses or self.owns_tables)


async def grant_rights(owner: Database, role: str) -> None:
    """Give `role` what the product needs, and take from it what it must not have. Repeating is harmless."""
    async with owner.engine.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        append_only = (await connection.scalars(_APPEND_ONLY)).all()
        for statement in _statements(quoted, append_only):
            await connection.execute(text(statement))


def _statements(role: str, append_only: Sequence[str]) -> Sequence[str]:
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {role}" for table in append_only),
    ]


async def role_of(database: Database) -> str:
    """As whom this database is used."""
    async with database.reading() as session:
        return str(await session.scalar(text("SELECT current_user")))


async def second_wall(session: ReadSession) -> SecondWall | None:
    """None on SQLite, which has the first wall alone."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return SecondWall(*(await session.execute(_STANDING)).one())
