"""What each table holds of people, declared by its room: copied and erased from these rows of data alone.

A room declares `HOLDINGS` in its `holdings.py`; the entry points collect them. Each column of such a table
stands in docs/data-map.md, and a test looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import Base
from app.db.engine import WriteSession


@dataclass(frozen=True, slots=True)
class Holding:
    """`copied`: columns that a copy shows, of rows whose `person` column is theirs (never a secret).
    `is_kept`: erasure leaves the rows, which hold ids alone. `company`: the column by which rows go when
    their company closes; with `emptied` they stay, since others refer to them, and lose these texts."""

    table: type[Base]
    person: str = "person_id"
    copied: tuple[str, ...] = ()
    is_kept: bool = False
    company: str = ""
    emptied: tuple[str, ...] = ()

    @property
    def rows(self) -> Table:
        return cast(Table, self.table.__table__)


@dataclass(frozen=True)
class Holdings:
    """Of all rooms, the highest first: what refers to others goes before them."""

    of_rooms: Iterable[Iterable[Holding]]
    every: tuple[Holding, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", tuple(one for some in self.of_rooms for one in some))

    async def copy_of(self, session: AsyncSession, person_id: int) -> dict[str, list[Mapping[str, Any]]]:
        """Rows as JSON values, by table."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for one in self.every:
            if one.copied:
                columns = [one.rows.c[name] for name in one.copied]
                statement = select(*columns).where(one.rows.c[one.person] == person_id)
                rows = await session.execute(statement.order_by(*one.rows.primary_key.columns))
                found[one.rows.name] = [
                    {name: _plain(value) for name, value in row._mapping.items()} for row in rows
                ]
        return found

    async def erase(self, session: WriteSession, person_id: int) -> None:
        for one in self.every:
            if not one.is_kept:
                await session.execute(delete(one.table).where(one.rows.c[one.person] == person_id))

    async def close_company(self, session: WriteSession, company_id: int) -> None:
        """Remove what is confidential to a company that is no more."""
        for one in self.every:
            if one.company:
                gone: Any = update(one.table).values(dict.fromkeys(one.emptied, ""))
                gone = gone if one.emptied else delete(one.table)
                await session.execute(gone.where(one.rows.c[one.company] == company_id))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
