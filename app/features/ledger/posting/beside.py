"""Rows of a room above that stand or fall with a transfer: a purchase, its grant, the event of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.db.direct import direct
from app.db.engine import WriteSession
from app.db.rows import NewRow, statement_of
from app.kit.text import Text

_TRANSFER = re.compile(r":transfer\b")


class RowsBeside:
    """What is written beside each transfer of one sort; made once, as its statements are kept.

    The first row decides: where a unique index has one like it, nothing of it all is done. Values may name
    `:transfer`, the transfer's id.
    """

    def __init__(self, first: NewRow, *others: NewRow) -> None:
        self.rows = (first, *others)
        decides = f"{first.inserted_from(' WHERE true')} ON CONFLICT DO NOTHING RETURNING 1"
        self._in_turn = [
            statement_of(decides, first),
            *(statement_of(row.inserted_from(), row) for row in others),
        ]
        parts = [f"row0 AS ({decides})", *self._parts(others, " FROM row0")]
        together = f"WITH {', '.join(parts)} SELECT 1 FROM row0"  # noqa: S608 - our own names
        self._at_once = statement_of(together, *self.rows)

    def behind(self, posted: str) -> Sequence[str]:
        """As parts of a WITH, `row0` and so on, that follow the part `posted` and have its `transfer`."""
        first, *others = (
            NewRow(row.into, _TRANSFER.sub(f"{posted}.transfer", row.values)) for row in self.rows
        )
        source = f" FROM {posted} WHERE {posted}.outcome = 'posted'"
        decides = f"{first.inserted_from(source)} ON CONFLICT DO NOTHING RETURNING 1"
        return [f"row0 AS ({decides})", *self._parts(others, f" FROM {posted}, row0")]

    @staticmethod
    def _parts(others: Sequence[NewRow], source: str) -> list[str]:
        return [f"row{at} AS ({row.inserted_from(source)})" for at, row in enumerate(others, start=1)]

    async def write(self, session: WriteSession, values: Mapping[str, Any]) -> bool:
        """In the transaction of the session; whether the first row was new."""
        if session.get_bind().dialect.name == "postgresql":
            return bool(await direct(session, self._at_once, values))
        first, *others = self._in_turn
        if not await direct(session, first, values):
            return False
        for statement in others:
            await direct(session, statement, values)
        return True


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows beside one transfer: `values` of its public id, and what is said where they are there."""

    rows: RowsBeside
    values: Callable[[str], Mapping[str, Any]]
    reason: str
    taken: Text
