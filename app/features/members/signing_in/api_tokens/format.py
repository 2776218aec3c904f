"""What a token looks like: a prefix that scanners for leaked secrets can find, 256 bits, and a checksum that
tells a mistyped one from a wrong one without asking the database."""

import hmac
import secrets
import zlib

from app.kit.ids import base58

PREFIX = "top_pat_"
_BODY, _CHECK = 44, 6  # base58 characters of 256 and of 32 bits
_ZERO = base58(0)


def new_api_token() -> str:
    body = base58(secrets.randbits(256)).rjust(_BODY, _ZERO)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(token: str) -> bool:
    body, check = token[len(PREFIX) : -_CHECK], token[-_CHECK:]
    if not token.startswith(PREFIX) or len(body) != _BODY or not token.isascii():
        return False
    return hmac.compare_digest(check, _checksum(body))


def _checksum(body: str) -> str:
    return base58(zlib.crc32(body.encode())).rjust(_CHECK, _ZERO)
