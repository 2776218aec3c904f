"""The parts of an .xlsx file, unpacked in pieces and counted: an archive may lie about its sizes."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from app.features.registry.import_problems import FileRefused

MAX_UNPACKED = 400 * 1024 * 1024  # bytes, all parts together
_MAX_PARTS = 2_000
_CHUNK = 1 << 18
_LOCAL_HEADER = 30
_RELATIONS = "xl/_rels/workbook.xml.rels"
_WORKBOOK = "xl/workbook.xml"


class Package:
    """An open .xlsx. Raises FileRefused for what is damaged, too large, or no workbook."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        try:
            archive = zipfile.ZipFile(raw)
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise damaged() from error
        self._parts = {info.filename: info for info in archive.infolist()}
        if _WORKBOOK not in self._parts:
            raise FileRefused(
                "这个压缩包不是 Excel 工作簿（.xlsx）；请另存为 .xlsx 或 UTF-8 CSV",
                "This archive is no Excel workbook (.xlsx); save it as .xlsx or as UTF-8 CSV",
            )
        self._refuse_oversized(archive.infolist())

    def _refuse_oversized(self, parts: list[zipfile.ZipInfo]) -> None:
        if len(parts) > _MAX_PARTS or len(parts) != len(self._parts):
            raise damaged()
        left = MAX_UNPACKED
        if sum(part.file_size for part in parts) > left:
            raise too_large()
        for part in parts:
            for piece in self.pieces_of(part.filename):
                left -= len(piece)
                if left < 0:
                    raise too_large()

    def pieces_of(self, name: str) -> Iterator[bytes]:
        """The part unpacked; what stands in the archive is counted, not what the archive says of itself."""
        part = self._parts.get(name)
        if part is None:
            raise damaged()
        self._raw.seek(part.header_offset)
        header = self._raw.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04" or part.flag_bits & 1:
            raise damaged()
        start = part.header_offset + _LOCAL_HEADER + _short(header, 26) + _short(header, 28)
        self._raw.seek(start)
        if part.compress_type == zipfile.ZIP_STORED:
            yield from self._stored(part.compress_size)
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._inflated(part.compress_size)
        else:
            raise damaged()

    def _stored(self, size: int) -> Iterator[bytes]:
        while size > 0:
            piece = self._raw.read(min(size, _CHUNK))
            if not piece:
                raise damaged()
            size -= len(piece)
            yield piece

    def _inflated(self, size: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        position = self._raw.tell()
        try:
            while size > 0 and not inflater.eof:
                self._raw.seek(position)
                packed = self._raw.read(min(size, _CHUNK))
                if not packed:
                    raise damaged()
                position, size = position + len(packed), size - len(packed)
                while packed and not inflater.eof:
                    piece = inflater.decompress(packed, _CHUNK)
                    packed = inflater.unconsumed_tail
                    if piece:
                        yield piece
        except zlib.error as error:
            raise damaged() from error
        if not inflater.eof:
            raise damaged()

    def part_of_sheet(self, name: str) -> str:
        """Where the sheet of that name is kept."""
        sheets: dict[str, str] = {}
        targets: dict[str, str] = {}

        def on_sheet(tag: str, attributes: dict[str, str]) -> None:
            if _local(tag) == "sheet":
                relation = next((v for k, v in attributes.items() if _local(k) == "id"), "")
                sheets[attributes.get("name", "")] = relation

        def on_relation(tag: str, attributes: dict[str, str]) -> None:
            if _local(tag) == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self.parse(_WORKBOOK, on_sheet)
        self.parse(_RELATIONS, on_relation)
        target = targets.get(sheets.get(name, ""), "")
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def parse(self, name: str, start: object, end: object = None) -> None:
        """Walk the elements of a part. A document type, and with it every entity, is refused."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = start  # type: ignore[assignment]
        parser.EndElementHandler = end  # type: ignore[assignment]
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for piece in self.pieces_of(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged() from error


def damaged() -> FileRefused:
    return FileRefused(
        "Excel 文件不完整或已损坏（或受密码保护）；请用 Excel 打开，取消密码，另存为 .xlsx",
        "The Excel file is truncated or damaged, or protected by a password; open it in Excel and save it "
        "as .xlsx without one",
    )


def too_large() -> FileRefused:
    limit = MAX_UNPACKED // (1024 * 1024)
    return FileRefused(
        f"Excel 文件解压后超过 {limit} MB 上限；请拆分，或另存为 UTF-8 CSV",
        f"Unpacked, the Excel file exceeds {limit} MB; split it, or save it as UTF-8 CSV",
    )


def _refuse_doctype(*_: object) -> None:
    raise damaged()


def _short(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 2], "little")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
