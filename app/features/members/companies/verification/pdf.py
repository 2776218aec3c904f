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
_BOUNDS = re.compile(rb"endobj|endstream|stream\r?\n")
# Of what is looked at, once inflated and before: a licence has some kilobytes of dictionaries and objects.
_MOST_READ = 16 * 1024 * 1024


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
    """Of the streams that hold objects: `/N` of them, the `/First` at a place of its own.

    Each stream is looked at once and together they are limited: a file may be made to take for ever.
    """
    left, since = _MOST_READ, 0
    for bound in _BOUNDS.finditer(content):
        if bound[0].startswith(b"end"):
            since = bound.end()
            continue
        about = _unescaped(content[since : bound.start()])
        left = _spent(left, len(about))
        if b"/First" in about and b"/N" in about:
            stream = content[bound.end() : content.find(b"endstream", bound.end())]
            left = _spent(left, len(stream))
            objects = _inflated(stream, about, most=left)
            left = _spent(left, len(objects))
            yield objects


def _spent(left: int, read: int) -> int:
    if read >= left:
        raise _Unreadable
    return left - read


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
