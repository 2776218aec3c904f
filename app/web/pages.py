"""Answering with pages: the reader's language and theme, from cookie or browser."""

from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.kit.text import Language
from app.kit.viewer import ANONYMOUS, Viewer
from app.web.csrf import FormToken
from app.web.templating import THEMES, Theme, render
from app.web.translation import PAGE_LANGUAGES, PageLanguage, text_language

LANGUAGE_COOKIE = "top_language"
THEME_COOKIE = "top_theme"
_LONGEST_PATH = 4000
_PAGE_HEADERS = {"cache-control": "no-cache", "vary": "Cookie, Accept-Language"}
_FRAGMENT_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),  # its address holds what somebody types, and may be a customer of theirs
    (b"vary", b"Cookie, Accept-Language, Accept-Encoding"),
)


class Page:
    """How to answer this request with HTML."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.csrf = FormToken(request)
        self.request_id: str = getattr(request.state, "request_id", "-")
        self.language = language_of(request)
        self.theme = _theme_of(request)
        query = request.url.query
        path = request.url.path + (f"?{query}" if query else "")
        # Forms carry it back to this page; an address beyond any of ours is not worth returning to.
        self.path = path if len(path) <= _LONGEST_PATH else "/"

    @property
    def viewer(self) -> Viewer:
        """Who is looking; ANONYMOUS for an answer given before anybody asked."""
        viewer: Viewer = getattr(self._request.state, "viewer", ANONYMOUS)
        return viewer

    @property
    def text_language(self) -> Language:
        return text_language(self.language)

    def respond(
        self, template: str, *, status_code: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """A whole page from `template`."""
        html = self._rendered(template, self.path, context)
        return self._marked(HTMLResponse(html, status_code, {**self._headers, **(headers or {})}))

    def fragment(self, template: str, *, path: str, **context: Any) -> HTMLResponse:
        """A part that htmx swaps into an open page, the one at `path`."""
        return self._marked(HTMLResponse(self._rendered(template, path, context), headers=self._headers))

    def _rendered(self, template: str, path: str, context: dict[str, Any]) -> str:
        return render(
            template,
            language=self.language,
            theme=self.theme,
            path=path,
            viewer=self.viewer,
            csrf=self.csrf,
            **context,
        )

    @property
    def _headers(self) -> dict[str, str]:
        # What a signed-in reader sees is nobody else's, and not the next user's of the same machine either.
        return _PAGE_HEADERS | ({"cache-control": "no-store"} if self.viewer.person_id else {})

    def _marked(self, response: HTMLResponse) -> HTMLResponse:
        self.csrf.remember(response)
        return response


def page_of(request: Request) -> Page:
    return Page(request)


def fragment_headers(length: int) -> list[tuple[bytes, bytes]]:
    """Of a part of a page, `length` bytes long, which htmx swaps into an open one."""
    return [(b"content-length", str(length).encode()), *_FRAGMENT_HEADERS]


async def _page(request: Request) -> Page:
    return Page(request)


PageDep = Annotated[Page, Depends(_page)]


def language_of(request: Request) -> PageLanguage:
    """The cookie's choice, else the browser's first supported language, else Chinese."""
    accepted = b""
    for name, value in request.scope["headers"]:
        if name == b"cookie":
            chosen = request.cookies.get(LANGUAGE_COOKIE)
            for language in PAGE_LANGUAGES:
                if chosen == language:
                    return language
        elif name == b"accept-language":
            accepted = accepted or value
    return _first_supported(accepted[:200].decode("latin-1").lower())


@lru_cache(1_024)
def _first_supported(header: str) -> PageLanguage:
    for tag in _accepted(header):
        if tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant")):
            return "zh-hant"
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


def _accepted(header: str) -> list[str]:
    """Language tags by their weight (RFC 9110), the first of equals first."""
    weighted = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((tag.strip(), float(weight or 1)))
        except ValueError:
            continue
    return [tag for tag, weight in sorted(weighted, key=lambda pair: -pair[1]) if weight > 0]


def _theme_of(request: Request) -> Theme:
    chosen = request.cookies.get(THEME_COOKIE)
    return next((theme for theme in THEMES if theme == chosen), "auto")


async def reader_language(request: Request, response: Response) -> Language:
    """The language of the texts in an API answer, from the same sources as a page's."""
    language = text_language(language_of(request))
    response.headers["vary"] = _PAGE_HEADERS["vary"]
    response.headers["content-language"] = language
    return language


LanguageDep = Annotated[Language, Depends(reader_language)]
