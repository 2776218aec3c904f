"""What every routed request must pass before anything else: same site, within the flood limit, in UTF-8."""

from urllib.parse import unquote_to_bytes, urlsplit

from fastapi import Request

from app.kit.errors import Invalid, LimitReached, NotAllowed
from app.kit.text import Text
from app.web.csrf import SAFE_METHODS, check_session_token
from app.web.limits import AddressLimiter
from app.web.percent import percent_decoded

_REPLACEMENT = "\ufffd"  # what bytes that are not UTF-8 are read as; somebody may also have typed it
UNLIMITED_PATHS = frozenset({"/livez", "/readyz", "/metrics"})  # probes must not be starved by a flood


async def guard(request: Request) -> None:
    """All of it, in one dependency: each dependency of its own would cost every request."""
    _refuse_cross_site(request)
    _limit_reads(request)
    _refuse_broken_encoding(request)
    if request.method not in SAFE_METHODS:
        await check_session_token(request)


def _refuse_cross_site(request: Request) -> None:
    """Refuse unsafe requests that another site may have caused (Fetch Metadata, else Origin).

    A client that is no browser sends neither header; it carries no reader's cookies and may pass.
    """
    if request.method in SAFE_METHODS:
        return
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetch_site is not None:
        same_site = fetch_site in ("same-origin", "none")
    else:
        same_site = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not same_site:
        raise NotAllowed(
            Text(
                zh="这个请求来自其他网站，已拒绝。请在本站页面上重新操作。",
                en="This request came from another site and was refused. Please repeat it on this site.",
            )
        )


def _limit_reads(request: Request) -> None:
    """Spend one token of the caller's address, in the process: no database write per keystroke."""
    if request.scope["path"] not in UNLIMITED_PATHS:
        spend_reads(request, 1)


def spend_reads(request: Request, tokens: int) -> None:
    """For what costs as much as several reads. Raises LimitReached."""
    limiter: AddressLimiter = request.app.state.limiter
    wait = limiter.take(request.scope, tokens=tokens)
    if wait:
        raise LimitReached(
            Text(
                zh=f"请求太频繁，请在 {wait} 秒后再试。",
                en=f"Too many requests. Please try again in {wait} seconds.",
            ),
            retry_after=wait,
        )


def _refuse_broken_encoding(request: Request) -> None:
    """Refuse a query string that is not UTF-8 (a GBK link, say), naming the parameter."""
    query: bytes = request.scope.get("query_string", b"")
    if _is_utf8(query):  # as nearly always: without reading the parameters
        return
    if not any(_REPLACEMENT in value for _, value in request.query_params.multi_items()):
        return
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            unquote_to_bytes(value).decode()
        except UnicodeDecodeError:
            field = name[:40].decode("ascii", "replace")
            raise Invalid(
                Text(
                    zh=f"参数“{field}”不是 UTF-8 编码（可能是 GBK）。请改用 UTF-8 后再试。",
                    en=f"The parameter “{field}” is not UTF-8 (GBK perhaps). Please encode it as UTF-8.",
                ),
                field=field,
            ) from None


def _is_utf8(query: bytes) -> bool:
    """Of the whole, and so of each parameter: what separates them is no part of a longer character."""
    try:
        percent_decoded(query).decode()
    except UnicodeDecodeError:
        return False
    return True
