"""Rows of a room above that stand or fall with a transfer: a purchase, its grant, the event of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.db.direct import direct
from app.db.engine import WriteSession
from app.db.rows import NewRow, columns_of, statement_of, types_of
from app.kit.text import Text

_DECIDES = " ON CONFLICT DO NOTHING RETURNING transfer_id"


class RowsBeside:
    """What is written beside each transfer of one sort; made once, as its statements are kept.

    The first row decides: where a unique index has one like it, nothing of it all is done. Values may name
    `:transfer`, the transfer's id; the first row keeps it as `transfer_id`, which tells who got none. Walls
    around the tables are raised with `each_row`.
    """

    def __init__(self, first: NewRow, *others: NewRow) -> None:
        self._rows = (first, *others)
        in_turn = [first.inserted_from(" WHERE true") + _DECIDES, *(row.inserted_from() for row in others)]
        self._in_turn = [statement_of(sql, row) for sql, row in zip(in_turn, self._rows, strict=True)]
        self.types = types_of(self._rows)  # of what the rows bind; the transfer is for the statement to know
        untold = set().union(*(row.bound for row in self._rows)) - {"transfer", *self.types}
        if untold:
            raise ValueError(f"of what type is {', '.join(sorted(untold))}?")
        self.columns = columns_of(self.types)  # the same as columns of a set of records
        self.bound = _parts(self._rows, " WHERE true")  # as `behind`, with values that are bound

    def behind(self, transfer: str, given: str, source: str) -> Sequence[str]:
        """As parts of a WITH, `row0` and so on: rows for each row of `source`, where `transfer` is the id and
        the record `given` has all else."""
        return _parts([row.reading({"transfer": transfer}, given) for row in self._rows], source)

    async def write(self, session: WriteSession, values: Mapping[str, Any]) -> bool:
        """One statement after the other; whether the first row was new."""
        first, *others = self._in_turn
        if not await direct(session, first, values):
            return False
        for statement in others:
            await direct(session, statement, values)
        return True


def _parts(rows: Sequence[NewRow], source: str) -> list[str]:
    """Where the first gets no row, the others get none."""
    first, *others = rows
    kept = f"{source} AND EXISTS (SELECT FROM row0)"
    return [
        f"row0 AS ({first.inserted_from(source)}{_DECIDES})",
        *(f"row{at} AS ({row.inserted_from(kept)})" for at, row in enumerate(others, start=1)),
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows beside one transfer: `values` of its public id, and what is said where they are there."""

    rows: RowsBeside
    values: Callable[[str], Mapping[str, Any]]
    reason: str
    taken: Text
