"""Random tokens: handed out once, kept as hashes."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in cookies and addresses."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """A plain SHA-256 is enough for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
