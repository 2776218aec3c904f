"""Strict handling of what comes in: text, JSON, and models that refuse what the database cannot hold."""

import json
import re
import unicodedata
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from starlette.exceptions import HTTPException

from app.kit.errors import Invalid
from app.kit.text import Text

MAX_BODY_BYTES = 1024 * 1024
MAX_JSON_DEPTH = 20
MAX_INTEGER = 2**63 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Bidirectional controls, zero-width characters and fillers can make a name look like another one.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# What a percent-encoded byte sequence that is not UTF-8 turns into.
_REPLACEMENT = "\ufffd"


def clean_text(value: str, *, field: str, label: Text, max_length: int, required: bool = False) -> str:
    """NFC text on one line, without invisible characters. Raises Invalid on `field`, called `label`."""
    if len(value) > max_length:
        raise Invalid(
            Text(
                zh=f"“{label.zh}”最多 {max_length} 个字符，收到 {len(value)} 个。请缩短后再试。",
                en=f"“{label.en}” may have at most {max_length} characters; {len(value)} were sent. "
                "Please shorten it.",
            ),
            field=field,
        )
    if _CONTROL.search(value) or _SURROGATE.search(value):
        raise Invalid(
            Text(
                zh=f"“{label.zh}”含有不可见的控制字符。请重新输入，或粘贴为纯文本。",
                en=f"“{label.en}” contains control characters. Please retype it or paste it as plain text.",
            ),
            field=field,
        )
    if _REPLACEMENT in value:
        raise _not_utf8(field, label)
    cleaned = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", value)).split())
    if required and not cleaned:
        raise Invalid(
            Text(zh=f"请填写“{label.zh}”。", en=f"“{label.en}” is empty. Please fill it in."), field=field
        )
    return cleaned


def _not_utf8(field: str, label: Text) -> Invalid:
    return Invalid(
        Text(
            zh=f"“{label.zh}”不是有效的 UTF-8 文本。请用 UTF-8 编码后再试。",
            en=f"“{label.en}” is not valid UTF-8 text. Please encode it as UTF-8 and try again.",
        ),
        field=field,
    )


def _storable(value: str) -> str:
    if _CONTROL.search(value) or _SURROGATE.search(value):
        raise ValueError("control characters and lone surrogates are not allowed")
    return unicodedata.normalize("NFC", value)


StorableText = Annotated[str, AfterValidator(_storable)]


def _written_out(value: Any) -> Any:
    """A number would be read as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a day like 2026-11-29")
    return value


IsoDay = Annotated[date, BeforeValidator(_written_out)]


class StrictModel(BaseModel):
    """Base of every request body: unknown fields are refused, numbers are finite, types are not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, str_max_length=100_000)


class StrictRoute(APIRoute):
    """A route whose JSON body is parsed strictly: no NaN, no 20-digit integers, no deep nesting."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            try:
                return await handler(_StrictRequest(request.scope, request.receive))
            except HTTPException as error:
                # The framework hides why a body cannot be read behind a bare 400.
                if isinstance(error.__cause__, Invalid):
                    raise error.__cause__ from None
                raise

        return strict


class _StrictRequest(Request):
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


def parse_json(body: bytes) -> Any:
    """Parse `body` as UTF-8 JSON. Raises Invalid for anything that standard JSON or 64 bits cannot hold."""
    try:
        text = body.decode()
        _refuse_deep(text)
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int)
    except UnicodeDecodeError as error:
        raise _bad_json("不是 UTF-8 编码", "it is not UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        raise _bad_json(f"第 {where} 处语法错误", f"syntax error at {where}") from error


def _refuse_deep(text: str) -> None:
    depth = 0
    for bracket in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', text):
        character = bracket.group()
        if character in "[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise _bad_json(
                    f"嵌套超过 {MAX_JSON_DEPTH} 层", f"nested deeper than {MAX_JSON_DEPTH} levels"
                )
        elif character in "]}":
            depth -= 1


def _refuse_constant(constant: str) -> Any:
    raise _bad_json(f"{constant} 不是标准 JSON", f"{constant} is not standard JSON")


def _bounded_int(digits: str) -> int:
    if len(digits) > 20 or not -MAX_INTEGER - 1 <= int(digits) <= MAX_INTEGER:
        raise _bad_json("整数超出 64 位", "an integer does not fit into 64 bits")
    return int(digits)


def _bad_json(zh: str, en: str) -> Invalid:
    return Invalid(
        Text(
            zh=f"请求体无法解析：{zh}。请检查后重发。",
            en=f"The body cannot be read: {en}. Please correct it and resend.",
        ),
        field="body",
    )
