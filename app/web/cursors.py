"""List cursors: opaque, signed, so that a client can only continue where a list stopped."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request

from app.kit.errors import Invalid
from app.kit.text import Text

_SIGNATURE_BYTES = 8
Item = TypeVar("Item")


class Cursors:
    """Signs places with the secret; `scope` is the list asked for, so that cursors do not travel."""

    def __init__(self, secret: str, scope: str) -> None:
        self._key = f"{scope}\x00{secret}".encode()

    def encode(self, offset: int) -> str:
        return self.sign(str(offset))

    def decode(self, cursor: str | None) -> int:
        """The offset in `cursor`, 0 for none. Raises Invalid for anything this list did not hand out."""
        return 0 if cursor is None else int(self.signed(cursor))

    def sign(self, place: str) -> str:
        """For a list whose places are no offsets."""
        plain = place.encode()
        return base64.urlsafe_b64encode(self._sign(plain) + plain).decode().rstrip("=")

    def signed(self, cursor: str) -> str:
        """The place in `cursor`. Raises Invalid for anything this list did not hand out."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raw = b""
        signature, place = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not place or not hmac.compare_digest(signature, self._sign(place)):
            raise Invalid(
                Text(
                    zh="“cursor”无效。请使用上一页返回的 next，或去掉它从头读取。",
                    en="“cursor” is not valid. Use the `next` of the previous page, or leave it out.",
                ),
                field="cursor",
            )
        return place.decode()

    def page(self, items: Sequence[Item], offset: int, limit: int) -> tuple[Sequence[Item], str | None]:
        """One page of a list held in memory, and the cursor of the next."""
        following = offset + limit
        return items[offset:following], self.encode(following) if following < len(items) else None

    def _sign(self, place: bytes) -> bytes:
        return hmac.new(self._key, place, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


async def cursors_of(request: Request) -> Cursors:
    secret: str = request.app.state.settings.secret_key.get_secret_value()
    asked = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in ("cursor", "limit"))
    return Cursors(secret, f"{request.url.path}?{asked}")


CursorsDep = Annotated[Cursors, Depends(cursors_of)]
CursorParam = Annotated[str | None, Query(max_length=100, description="`next` of the previous page")]
LimitParam = Annotated[int, Query(ge=1, le=50, description="items per page")]
