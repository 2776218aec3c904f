"""Sealing short secrets for the database, and small files (AES-256-GCM), with keys that can be rotated.

Sealed under the current key, opened under any that is known: a rotated key stays as the previous one
until what it sealed is gone.
"""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealBroken(ValueError):
    """Sealed under a key that is not known, for another purpose, or tampered with."""


class Sealer:
    """`purpose` separates keys: what was sealed for one purpose does not open for another."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        """`secrets`: the current one first, then former ones."""
        self._purpose = purpose.encode()
        keys = [hashlib.sha256(f"seal\x00{purpose}\x00{secret}".encode()).digest() for secret in secrets]
        self._keys = {hashlib.sha256(key).hexdigest()[:8]: AESGCM(key) for key in keys}

    def seal(self, text: str) -> str:
        """`<key id>.<base64>`, which differs each time."""
        key_id, box = self._close(text.encode())
        return f"{key_id}.{base64.urlsafe_b64encode(box).decode()}"

    def seal_bytes(self, content: bytes) -> bytes:
        """For files: `<key id>.<bytes>`."""
        key_id, box = self._close(content)
        return f"{key_id}.".encode() + box

    def open(self, sealed: str) -> str:
        """Raises SealBroken."""
        key_id, _, encoded = sealed.partition(".")
        try:
            return self._open(key_id, base64.urlsafe_b64decode(encoded)).decode()
        except ValueError as error:
            raise SealBroken("not what was sealed") from error

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        key_id, _, box = sealed.partition(b".")
        return self._open(key_id.decode("ascii", "replace"), box)

    def _close(self, content: bytes) -> tuple[str, bytes]:
        key_id, key = next(iter(self._keys.items()))
        nonce = os.urandom(_NONCE)
        return key_id, nonce + key.encrypt(nonce, content, self._purpose)

    def _open(self, key_id: str, box: bytes) -> bytes:
        key = self._keys.get(key_id)
        if key is None:
            raise SealBroken("sealed under a key that is not known")
        try:
            return key.decrypt(box[:_NONCE], box[_NONCE:], self._purpose)
        except (ValueError, InvalidTag) as error:
            raise SealBroken("not what was sealed") from error
