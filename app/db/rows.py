"""A row as part of a larger statement: rooms hand it to the room that sends the statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.types import TypeEngine


@dataclass(frozen=True, slots=True)
class NewRow:
    """`into` is the table with its columns, `values` one SQL expression for each; `:name` is bound.

    `types` are those of bound values that the driver cannot write by itself.
    """

    into: str
    values: str
    types: Mapping[str, TypeEngine[Any]] | None = None

    def inserted_from(self, source: str = "") -> str:
        """The INSERT, of one row for each row of `source`."""
        return f"INSERT INTO {self.into} SELECT {self.values}{source}"


def statement_of(sql: str, *rows: NewRow) -> TextClause:
    """A statement with `rows` in it, that knows the types of what they bind."""
    types = {name: kind for row in rows for name, kind in (row.types or {}).items()}
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in types.items()))
