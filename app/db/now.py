"""The database's clock, in SQL: one clock for all processes, whatever each machine believes."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.db.base import UtcDateTime


class database_now(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function it is
    """When this transaction began (PostgreSQL) or this statement (SQLite)."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "now()"


@compiles(database_now, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # The driver's form of a stored datetime; SQLite itself knows milliseconds.
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"
