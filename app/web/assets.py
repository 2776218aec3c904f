"""Static files: what the browser gets, under URLs that change with the content.

`python -m app.web.assets` gathers htmx (installed by npm) and the style sheets into static/vendor/,
which is not committed.
"""

import hashlib
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
_HTMX = Path("node_modules") / "htmx.org" / "dist" / "htmx.min.js"
_FIRST_SHEETS = ("tokens.css", "base.css", "layout.css")  # later sheets build on these
_LAST_SHEETS = ("print.css",)
_DARK_SHEET = "dark.css"  # linked on its own, by theme
_DIGEST_LENGTH = 12
_YEAR_IN_SECONDS = 31_536_000


class AssetMissingError(Exception):
    """A static file that a page needs is not there; the message tells how to make it."""


def style_sheets(static: Path) -> tuple[Path, ...]:
    """All style sheets in the order in which they apply."""
    folder = static / "css"
    named = (*_FIRST_SHEETS, *_LAST_SHEETS, _DARK_SHEET)
    components = sorted(path.name for path in folder.glob("*.css") if path.name not in named)
    return tuple(folder / name for name in (*_FIRST_SHEETS, *components, *_LAST_SHEETS))


def build(root: Path = ROOT) -> None:
    """Write static/vendor/. Raises AssetMissingError when npm has not installed htmx."""
    htmx, vendor = root / _HTMX, root / "static" / "vendor"
    if not htmx.is_file():
        raise AssetMissingError(f"{_HTMX} is missing. Run: npm ci")
    vendor.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(htmx, vendor / "htmx.min.js")
    bundle = "\n".join(sheet.read_text("utf-8") for sheet in style_sheets(root / "static"))
    (vendor / "site.css").write_text(bundle, "utf-8")


@cache
def digest(path: str) -> str:
    """Of a file under static/, computed once per process. Raises AssetMissingError."""
    file = STATIC / path
    if not file.is_file():
        raise AssetMissingError(f"static/{path} is missing. Run: make assets")
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGEST_LENGTH]


def url(path: str) -> str:
    """The address of a file under static/; it changes when the content does."""
    return f"/static/{path}?v={digest(path)}"


class HashedStaticFiles(StaticFiles):
    """Lets browsers keep a file for a year when asked for by its content, and revalidate it otherwise."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Any, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
        path = Path(full_path).resolve().relative_to(STATIC).as_posix()
        response.headers["Cache-Control"] = (
            f"public, max-age={_YEAR_IN_SECONDS}, immutable" if asked == digest(path) else "no-cache"
        )
        return response


if __name__ == "__main__":
    try:
        build()
    except AssetMissingError as missing:
        sys.exit(str(missing))
