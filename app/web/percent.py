"""Percent-encoding, the short way for what is typed in Chinese: there every byte is encoded."""

from binascii import unhexlify
from urllib.parse import quote, unquote_to_bytes


def percent_decoded(query: bytes) -> bytes:
    """As `unquote_to_bytes`, of a whole query string or of one value."""
    before, equals, value = query.rpartition(b"=")
    encoded = value.count(b"%")
    if 3 * encoded == len(value) and value[::3] == encoded * b"%" and b"%" not in before:
        try:
            return before + equals + unhexlify(value.replace(b"%", b""))
        except ValueError:
            pass
    return unquote_to_bytes(query)


def percent_encoded(text: str) -> str:
    """As `quote`."""
    written = text.encode()
    if text and len(written) == 3 * len(text):
        return "%" + written.hex("%").upper()
    return quote(text)
