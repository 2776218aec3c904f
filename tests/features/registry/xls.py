"""Writes the smallest .xls that readers accept: a compound file around a BIFF8 stream of one sheet."""

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def xls(rows: Sequence[Sequence[str | float]], *, sheet: str = "Sheet1") -> bytes:
    stream = _workbook(rows, sheet)
    stream += b"\0" * (max(4096, -(-len(stream) // _SECTOR) * _SECTOR) - len(stream))
    count = len(stream) // _SECTOR
    assert count + 2 <= _SECTOR // 4
    fat = [*range(1, count), _END, _END, _FAT]  # the stream, then the directory, then this table
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 0, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, count, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", count + 1, *[_FREE] * 108)
    return header + stream + directory.ljust(_SECTOR, b"\0") + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def _workbook(rows: Sequence[Sequence[str | float]], sheet: str) -> bytes:
    name = sheet.encode("utf-16-le")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    end = _record(0xA, b"")
    bound_length = 4 + 8 + len(name)
    offset = len(start) + bound_length + len(end)
    bound = _record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(sheet), 1) + name)
    cells = b"".join(
        _cell(row, column, value) for row, some in enumerate(rows) for column, value in enumerate(some)
    )
    width = max(map(len, rows))
    size = _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    page = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + size + cells + end
    return start + bound + end + page


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
