"""Whether a PDF is a plain document: nothing in it runs, opens by itself, sends or hides a file.

Names may be written with escapes (`/J#61vaScript`), and objects may stand compressed in streams; both are
read here as a viewer reads them. What cannot be read is not plain.
"""

import re
import zlib
from collections.abc import Iterator

_ACTIVE = (
    b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/Encrypt", b"/XFA", b"/RichMedia",
    b"/SubmitForm",
)  # fmt: skip
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_ENDS = (b"endobj", b"endstream")
_MOST_INFLATED = 16 * 1024 * 1024  # of all objects of a file: a licence has some kilobytes


class _Unreadable(ValueError):
    """A stream of objects that is not simply deflated, or too large."""


def is_plain_pdf(content: bytes) -> bool:
    """Whole from its first to its last byte, and nothing but pages."""
    ends = content.rfind(b"%%EOF", -2048)
    if not content.startswith(b"%PDF-") or ends == -1 or content[ends + 5 :].strip():
        return False
    try:
        return not any(_is_active(part) for part in (content, *_compressed_objects(content)))
    except _Unreadable:
        return False


def _is_active(part: bytes) -> bool:
    named = _unescaped(part)
    return any(word in named for word in _ACTIVE)


def _unescaped(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), part)


def _compressed_objects(content: bytes) -> Iterator[bytes]:
    """Of the streams that hold objects: `/N` of them, the `/First` at a place of its own."""
    left = _MOST_INFLATED
    for begins in _STREAM.finditer(content):
        since = max(content.rfind(word, 0, begins.start()) for word in _ENDS)
        about = _unescaped(content[max(since, 0) : begins.start()])
        if b"/First" in about and b"/N" in about:
            ends = content.find(b"endstream", begins.end())
            objects = _inflated(content[begins.end() : ends], about, most=left)
            left -= len(objects)
            yield objects


def _inflated(stream: bytes, about: bytes, *, most: int) -> bytes:
    if b"/Filter" not in about:
        return stream
    reader = zlib.decompressobj()
    try:
        objects = reader.decompress(stream, most)
    except zlib.error:
        raise _Unreadable from None
    if not reader.eof or b"/Predictor" in about:
        raise _Unreadable
    return objects
