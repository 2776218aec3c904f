"""Public ids: base58, nothing sequential ever leaves the process."""

import hashlib
import secrets

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]  # two digits at a time
STABLE_ID_LENGTH = 12
RANDOM_ID_LENGTH = 22


def base58(number: int) -> str:
    """Base58 (Bitcoin alphabet) of a non-negative integer."""
    digits = ""
    while number:
        number, remainder = divmod(number, len(_PAIRS))
        digits = _PAIRS[remainder] + digits
    return digits.lstrip(_ALPHABET[0]) or _ALPHABET[0]


def stable_id(namespace: str, *parts: str) -> str:
    """A public id that every installation derives alike from public data.

    70 bits of SHA-256: at a million organisations the chance of any collision is below 1e-9.
    """
    digest = hashlib.sha256("\x00".join((namespace, *parts)).encode()).digest()
    return base58(int.from_bytes(digest, "big"))[:STABLE_ID_LENGTH]


def random_id() -> str:
    """A new public id: 128 random bits in 22 characters."""
    return base58(secrets.randbits(128)).rjust(RANDOM_ID_LENGTH, _ALPHABET[0])
