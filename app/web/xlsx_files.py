"""Tables as Excel files: rows are written to a temporary file as they come, never held all at once.

Their library is only loaded when used: it takes as much memory as all pages.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from starlette.responses import StreamingResponse

from app.kit import clock
from app.kit.amount import Amount
from app.kit.text import Language, Text
from app.web.csv_files import Cell

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 64 * 1024
_WIDTH = 18  # characters of a column


async def xlsx_file(
    name: str, columns: Sequence[Text], batches: AsyncIterator[Iterable[Sequence[Cell]]], language: Language
) -> StreamingResponse:
    """An answer that the reader saves as `name`.xlsx; it is made in a thread, off the event loop."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for at in range(1, len(columns) + 1):
        sheet.column_dimensions[chr(ord("A") + at - 1)].width = _WIDTH
    sheet.append([column.in_language(language) for column in columns])
    async for rows in batches:
        await asyncio.to_thread(_append, sheet, list(rows))
    file = await asyncio.to_thread(_saved, book)
    return StreamingResponse(
        _chunks(file),
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": f'attachment; filename="{name}.xlsx"',
            "cache-control": "no-cache",
            "vary": "Cookie, Accept-Language",
            "content-language": language,
            "x-robots-tag": "noindex",
        },
    )


def _append(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])


def _cell(sheet: Any, cell: Cell) -> Any:
    """Texts are texts: one that begins like a formula must not become one."""
    if isinstance(cell, Amount):
        return Decimal(cell.plain())
    if isinstance(cell, datetime):
        return cell.astimezone(clock.CHINA).replace(tzinfo=None)
    if isinstance(cell, str):
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.utils.exceptions import IllegalCharacterError

        try:
            made = WriteOnlyCell(sheet, value=cell)
        except IllegalCharacterError:
            made = WriteOnlyCell(sheet, value="".join(one for one in cell if one.isprintable()))
        made.data_type = "s"
        return made
    if isinstance(cell, date) or cell is None:
        return cell
    return int(cell)


def _saved(book: Any) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever has sent it
    book.save(file)
    file.seek(0)
    return file


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()
