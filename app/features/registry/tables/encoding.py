"""Which encoding a text is in: strict UTF-8, else GB18030 if it reads as Chinese, else none."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from app.features.registry.import_problems import FileRefused
from app.features.registry.tables.rows import MAX_ROWS

UTF_8 = "utf-8-sig"
GB18030 = "gb18030"
_CHUNK = 1 << 20
_MAX_BYTES = 2 * 1024**3  # unpacked
_HEADINGS = 20  # lines above the data
# So many bytes of valid multi-byte UTF-8 before the first fault are no accident of another encoding.
_SURELY_UTF_8 = 20
_JUDGED = 20_000  # characters beyond ASCII that are looked at
_COMMON_SHARE = 0.8  # of them in GB 2312; text of another encoding read as GB18030 gives rare characters


def encoding_of(binary: BinaryIO) -> str:
    """Read all of it once, in pieces. Raises FileRefused for what is neither, and for too many lines."""
    found = _unless_utf_8(binary)
    if found is None:
        return UTF_8
    where, is_damaged = found
    if not is_damaged:
        binary.seek(0)
        if _reads_as_chinese(binary):
            return GB18030
    raise FileRefused(
        f"第 {where} 行附近有既不是 UTF-8 也不是 GB18030 的字节；请在原软件中另存为“CSV UTF-8”后再导入",
        f"Near line {where} there are bytes that are neither UTF-8 nor GB18030, so nothing can be trusted; "
        "save it as UTF-8 CSV again where it came from",
    )


def _chunks(binary: BinaryIO) -> Iterator[bytes]:
    total = 0
    while chunk := binary.read(_CHUNK):
        total += len(chunk)
        if total > _MAX_BYTES:
            raise FileRefused("解压后超过 2 GB 上限，请拆分文件", "Unpacked, the file exceeds 2 GB; split it")
        yield chunk


def _unless_utf_8(binary: BinaryIO) -> tuple[int, bool] | None:
    """None for UTF-8; else the line of the first fault, and whether all before it was surely UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    lines, surplus = 1, 0
    is_first = True
    for chunk in _chunks(binary):
        if is_first:
            _refuse_binary(chunk)
            is_first = False
        try:
            surplus += len(chunk) - len(decoder.decode(chunk))
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            surplus += len(good) - len(good.decode("utf-8", "replace"))
            return lines + good.count(b"\n"), surplus >= _SURELY_UTF_8
        lines += chunk.count(b"\n")
        if lines > MAX_ROWS + _HEADINGS:
            raise too_many_rows()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:  # it ends inside a character
        return lines, surplus >= _SURELY_UTF_8
    return None


def too_many_rows() -> FileRefused:
    return FileRefused(
        f"超过 {MAX_ROWS:,} 行上限，请拆分文件后分别导入",
        f"More than {MAX_ROWS:,} rows; split the file and import its parts",
    )


def _refuse_binary(start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        command = "iconv -f UTF-16 -t UTF-8 IN.csv > OUT.csv"
        raise FileRefused(
            f"文件是 UTF-16 编码而不是 UTF-8；请转换：{command}",
            f"The file is UTF-16, not UTF-8; convert it: {command}",
        )
    if b"\0" in start and start.count(b"\0") > len(start) // 100:
        raise FileRefused(
            "这不是文本文件，也不是认识的 Excel 文件；请另存为 .xlsx 或 UTF-8 CSV",
            "This is neither text nor an Excel file of a known kind; save it as .xlsx or as UTF-8 CSV",
        )
    head = start[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml")):
        raise FileRefused(
            "这是网页（HTML 或 XML）而不是表格文件，只是扩展名像 Excel；请用 Excel 打开后另存为 .xlsx",
            "This is a web page (HTML or XML), whatever its name; open it in Excel and save it as .xlsx",
        )


def _reads_as_chinese(binary: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(GB18030)("strict")
    judged = common = lines = 0
    try:
        for chunk in _chunks_then_end(binary, decoder):
            lines += chunk.count("\n")
            if lines > MAX_ROWS + _HEADINGS:
                raise too_many_rows()
            if judged < _JUDGED:
                beyond = [character for character in chunk if character > "\x7f"][:_JUDGED]
                judged += len(beyond)
                common += sum(_is_common(character) for character in beyond)
    except UnicodeDecodeError:
        return False
    return common >= judged * _COMMON_SHARE


def _chunks_then_end(binary: BinaryIO, decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    for chunk in _chunks(binary):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
