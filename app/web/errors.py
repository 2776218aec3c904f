"""The one place that turns refusals into HTTP: a page for readers, problem+json (RFC 9457) under /api/."""

import traceback
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.db.writing import is_disk_full
from app.kit.errors import (
    Conflict,
    DomainError,
    Invalid,
    LimitReached,
    NotAllowed,
    NotFound,
    PasswordNeeded,
    SecondFactorNeeded,
    SignInNeeded,
    Unavailable,
)
from app.kit.text import Text
from app.web.csrf import SAFE_METHODS
from app.web.inputs import MAX_BODY_BYTES
from app.web.pages import page_of
from app.web.problems import MEDIA_TYPE, FieldProblem, Problem
from app.web.redirects import local_path

STATUS_OF: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    LimitReached: 429,
    SignInNeeded: 401,
    PasswordNeeded: 403,
    SecondFactorNeeded: 403,
    Unavailable: 503,
}
_WAYS: dict[type[DomainError], str] = {
    SignInNeeded: "/sign-in",
    SecondFactorNeeded: "/second-factor",
    PasswordNeeded: "/account/password/again",
}
_BY_STATUS = {
    400: Text(
        zh="请求格式有误。请检查后重试。", en="The request is malformed. Please check it and try again."
    ),
    404: Text(
        zh="没有找到这个页面。它可能已经移动，或从未存在。", en="Nothing was found here. It may have moved."
    ),
    405: Text(zh="这个地址不支持该操作。", en="This address does not support that method."),
    415: Text(zh="请求体须为 application/json。", en="The body must be application/json."),
    503: Text(
        zh="数据服务暂时不可用，请稍后再试。", en="The data service is unavailable. Please try again soon."
    ),
}
_ROOT = f"{Path(__file__).resolve().parents[2]}/"
_OWN_CODE = (f"{_ROOT}app/", f"{_ROOT}search/")
_KEPT = 2000  # characters of a refused text that go back into the box
_DISK_FULL = Text(
    zh="数据库的磁盘已满，什么都没有写入，查看不受影响。请等运维腾出空间后再试。",
    en="The disk of the database is full: nothing was written, reading goes on. Try again when the operators "
    "have made room.",
)
_UNEXPECTED = Text(
    zh="出了点问题，我们已记录。请稍后再试；反馈时请附上请求编号。",
    en="Something went wrong and has been recorded. Please try again; quote the request id if you report it.",
)

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Register every handler; nothing of the input and no stack trace reaches an answer."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def refusal(request: Request, error: Exception) -> Response:
    """The answer that the handler of the error gives; raises what has none."""
    for kind in type(error).__mro__:
        if kind in _HANDLERS:
            return await _HANDLERS[kind](request, error)
    raise error


def status_of(error: DomainError) -> int:
    return next(code for kind, code in STATUS_OF.items() if isinstance(error, kind))


async def _on_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    status = status_of(error)
    headers = {}
    if isinstance(error, LimitReached) and error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, SignInNeeded):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["retry-after"] = "5"
    way = _WAYS.get(type(error))
    if way is not None and not request.url.path.startswith("/api/"):
        return _send_to(request, way, status)
    fields = [(error.field, error.message)] if error.field else []
    return await answer(request, status, error.message, fields=fields, headers=headers)


def _send_to(request: Request, way: str, status: int) -> Response:
    """To the page that asks for what is missing, and from there back to where the reader was."""
    back = page_of(request).path if request.method in SAFE_METHODS else _page_before(request)
    target = f"{way}?next={quote(back)}" if back else way
    if request.headers.get("hx-request"):
        return Response(status_code=status, headers={"hx-redirect": target})
    return RedirectResponse(target, status_code=303)


def _page_before(request: Request) -> str:
    """The page of ours whose form was sent; empty where the browser does not say."""
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host"):
        return ""
    return local_path(before.path + (f"?{before.query}" if before.query else ""), "")


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [_field_problem(item) for item in error.errors()[:20]]
    summary = fields[0][1] if fields else _BY_STATUS[400]
    return await answer(request, 422, summary, fields=fields)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        headers["allow"] = ", ".join(sorted(_allowed_methods(request)))
    message = _too_large(request) if error.status_code == 413 else _BY_STATUS.get(error.status_code)
    return await answer(request, error.status_code, message or _BY_STATUS[400], headers=headers)


def _too_large(request: Request) -> Text:
    """A route that takes files has a limit of its own."""
    limit = getattr(request.scope.get("route"), "max_body_size", None) or MAX_BODY_BYTES
    mib = limit // (1024 * 1024)
    return Text(
        zh=f"发送的内容超过 {mib} MiB 上限。请缩小或分批提交。",
        en=f"What was sent exceeds the limit of {mib} MiB. Please make it smaller or split it.",
    )


def _allowed_methods(request: Request) -> set[str]:
    """Of all routes of this address: the framework names only those of the first."""
    path = request.scope["path"]
    routes = [one for one in iter_route_contexts(request.app.routes) if one.methods]
    # An address of its own is not also the id of something: `/passkeys/options` is no passkey.
    matching = [one for one in routes if one.path == path] or [
        one for one in routes if one.path_regex.match(path)
    ]
    return {method for one in matching for method in one.methods or ()}


async def _on_database_error(request: Request, error: Exception) -> Response:
    is_full = is_disk_full(error)
    log.error("database_unavailable", error=type(error).__name__, where=_where(error), disk_full=is_full)
    message = _DISK_FULL if is_full else _BY_STATUS[503]
    return await answer(request, 503, message, headers={"retry-after": "60" if is_full else "5"})


async def _on_any_database_error(request: Request, error: Exception) -> Response:
    """PostgreSQL's driver tells a full disk as a plain error; every other of those is unexpected."""
    if is_disk_full(error):
        return await _on_database_error(request, error)
    raise error


_HANDLERS: dict[type, Callable[[Request, Exception], Awaitable[Response]]] = {
    DomainError: _on_domain_error,
    RequestValidationError: _on_validation_error,
    HTTPException: _on_http_error,
    OperationalError: _on_database_error,
    DBAPIError: _on_any_database_error,
    InterfaceError: _on_database_error,
    PoolTimeout: _on_database_error,
    OSError: _on_database_error,
}


async def unexpected(request: Request, error: Exception) -> Response:
    """The last answer: what went wrong goes to the log as a kind and a place, never as a message."""
    if isinstance(error, HTTPException):
        return await _on_http_error(request, error)
    log.error("unexpected_error", error=type(error).__name__, where=_where(error))
    return await answer(request, 500, _UNEXPECTED)


async def answer(
    request: Request,
    status: int,
    message: Text,
    *,
    fields: Sequence[tuple[str, Text]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The refusal in the reader's language and in the shape of the face that was asked."""
    page = page_of(request)
    if request.url.path.startswith("/api/"):
        body = Problem(
            title=HTTPStatus(status).phrase,
            status=status,
            detail=message.in_language(page.text_language),
            request_id=page.request_id,
            errors=[
                FieldProblem(field=field, detail=problem.in_language(page.text_language))
                for field, problem in fields
            ]
            or None,
        )
        return JSONResponse(body.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)
    typed = {key: value[:_KEPT] for key, value in request.query_params.items() if key in ("q", "name")}
    return page.respond(
        "error.html",
        status_code=status,
        headers=headers,
        status=status,
        message=message,
        fields=fields,
        typed=_printable(typed.get("q") or typed.get("name") or ""),
        request_id=page.request_id,
    )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _field_problem(item: dict[str, Any]) -> tuple[str, Text]:
    """One validation problem in words, from its type and limits alone: the input is never echoed."""
    field = ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0])
    limits = ", ".join(
        f"{key} {value}"
        for key, value in (item.get("ctx") or {}).items()
        if isinstance(value, int | float | str)
    )
    suffix_en, suffix_zh = (f" ({limits})", f"（{limits}）") if limits else ("", "")
    problem = str(item["msg"])
    return field, Text(
        zh=f"“{field}”不符合要求：{_ZH_PROBLEMS.get(item['type'], problem)}{suffix_zh}",
        en=f"“{field}”: {problem}{suffix_en}",
    )


_ZH_PROBLEMS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不接受这一项",
    "int_parsing": "须为整数",
    "int_type": "须为整数",
    "greater_than_equal": "数值太小",
    "less_than_equal": "数值太大",
    "string_type": "须为文本",
    "string_too_long": "文本太长",
    "string_too_short": "文本太短",
    "list_type": "须为列表",
    "too_long": "条目太多",
    "too_short": "条目太少",
    "model_attributes_type": "须为 JSON 对象",
    "value_error": "含有控制字符或无效字符",
    "literal_error": "不在可选范围内",
    "json_invalid": "不是有效的 JSON",
}


def _where(error: BaseException) -> str:
    """File and line of the failure, without values: the deepest place in our own code, else the deepest."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [place for place in places if place[0].startswith(_OWN_CODE)]
    filename, line = (own or places or [("unknown", 0)])[-1]
    return f"{filename.removeprefix(_ROOT)}:{line}"
