"""A row as part of a larger statement: rooms hand it to the room that sends the statement."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

_BOUND = re.compile(r"(?<!:):(\w+)")


@dataclass(frozen=True, slots=True)
class NewRow:
    """`into` is the table with its columns, `values` one SQL expression for each; `:name` is bound.

    `types` are those of what is bound. In a statement of its own, the column that takes it tells; where rows
    come out of a set of records, nothing else does.
    """

    into: str
    values: str
    types: Mapping[str, TypeEngine[Any]] = field(default_factory=dict, hash=False)

    @property
    def bound(self) -> set[str]:
        return set(_BOUND.findall(self.values))

    def inserted_from(self, source: str = "") -> str:
        """The INSERT, of one row for each row of `source`."""
        return f"INSERT INTO {self.into} SELECT {self.values}{source}"

    def reading(self, places: Mapping[str, str], others: str) -> "NewRow":
        """The same with values out of rows: `places` names columns, `others` the row of all the others."""
        values = _BOUND.sub(lambda bound: places.get(bound[1]) or f"{others}.{bound[1]}", self.values)
        return NewRow(self.into, values, self.types)


def statement_of(sql: str, *rows: NewRow) -> TextClause:
    """A statement with `rows` in it, that knows the types of what they bind."""
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in types_of(rows).items()))


def types_of(rows: tuple[NewRow, ...]) -> dict[str, TypeEngine[Any]]:
    return {name: kind for row in rows for name, kind in row.types.items()}


def columns_of(types: Mapping[str, TypeEngine[Any]]) -> str:
    """As PostgreSQL wants the columns of a set of records told."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return ", ".join(f"{name} {kind.compile(dialect=dialect)}" for name, kind in types.items())
