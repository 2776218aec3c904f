"""The header that every POST which moves credits must carry."""

from typing import Annotated

from fastapi import Depends, Header

from app.kit.errors import Invalid
from app.kit.text import Text


async def _key(
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=1_000,
            description="required; the same key and body again is done once and answered alike, "
            "with another body it is refused (409)",
        ),
    ] = None,
) -> str:
    if not idempotency_key:
        raise Invalid(
            Text(
                zh="缺少请求头 Idempotency-Key。请为每次操作给一个新值，例如一个 UUID；重试时保持不变。",
                en="The header Idempotency-Key is missing. Give each operation a new value such as a UUID, "
                "and keep it when you repeat the request.",
            ),
            field="Idempotency-Key",
        )
    return idempotency_key


IdempotencyKeyDep = Annotated[str, Depends(_key)]
