"""Tables as CSV files: in UTF-8 with a byte order mark, which Excel needs, and safe to open there."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date

from starlette.responses import StreamingResponse

from app.kit.amount import Amount
from app.kit.text import Language, Text

Cell = str | int | date | Amount | None
_BYTE_ORDER_MARK = "\ufeff"
# What makes a spreadsheet take a cell for a formula; some read the full-width signs as the others.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_file(
    name: str, columns: Sequence[Text], batches: AsyncIterator[Iterable[Sequence[Cell]]], language: Language
) -> StreamingResponse:
    """An answer that is sent while the rows are read; the reader saves it as `name`.csv."""
    return StreamingResponse(
        _encoded([column.in_language(language) for column in columns], batches),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}.csv"',
            "cache-control": "no-cache",
            "vary": "Cookie, Accept-Language",
            "content-language": language,
            "x-robots-tag": "noindex",
        },
    )


async def at_once(rows: Iterable[Sequence[Cell]]) -> AsyncIterator[Iterable[Sequence[Cell]]]:
    """Rows that are all at hand, as one batch."""
    yield rows


async def _encoded(
    columns: Sequence[str], batches: AsyncIterator[Iterable[Sequence[Cell]]]
) -> AsyncIterator[bytes]:
    yield (_BYTE_ORDER_MARK + _lines([columns])).encode()
    async for rows in batches:
        yield _lines(rows).encode()


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([_plain(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _plain(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Amount):
        return cell.plain()
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
