"""Static files: addresses follow the content, and the design speaks in tokens."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from app.web import assets

_COMPONENT_SHEETS = [
    sheet for sheet in assets.style_sheets(assets.STATIC) if sheet.name not in ("tokens.css", "dark.css")
]
_RAW_VALUE = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|\b\d*\.?\d+(?:px|rem|em|ms|s)\b")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for path, text in {
        "static/css/tokens.css": "tokens{}",
        "static/css/base.css": "base{}",
        "static/css/layout.css": "layout{}",
        "static/css/chip.css": "chip{}",
        "static/css/print.css": "print{}",
        "static/css/dark.css": "dark{}",
        "node_modules/htmx.org/dist/htmx.min.js": "htmx",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_build_gathers_the_sheets_in_order_without_the_dark_one(repository: Path) -> None:
    assets.build(repository)
    vendor = repository / "static" / "vendor"
    ordered = ("tokens", "base", "layout", "chip", "print")
    assert (vendor / "site.css").read_text() == "\n".join(f"{name}{{}}" for name in ordered)
    assert (vendor / "htmx.min.js").read_text() == "htmx"


def test_build_without_npm_packages_tells_what_to_run(repository: Path) -> None:
    (repository / "node_modules/htmx.org/dist/htmx.min.js").unlink()
    with pytest.raises(assets.AssetMissingError, match="npm ci"):
        assets.build(repository)


def test_the_address_changes_with_the_content(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", repository / "static")
    assets.digest.cache_clear()
    before = assets.url("css/chip.css")
    (repository / "static/css/chip.css").write_text("chip{color:inherit}")
    assets.digest.cache_clear()
    assert assets.url("css/chip.css") != before
    assets.digest.cache_clear()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(assets.AssetMissingError, match=r"static/css/none\.css"):
        assets.url("css/none.css")


@pytest.mark.parametrize(("query", "kept"), [("match", True), ("?v=0123456789ab", False), ("", False)])
async def test_only_the_current_content_is_kept_for_long(query: str, kept: bool) -> None:
    app = Starlette(routes=[Mount("/static", assets.HashedStaticFiles(directory=assets.STATIC))])
    address = assets.url("css/tokens.css") if query == "match" else f"/static/css/tokens.css{query}"
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(address)
    assert answer.status_code == 200
    assert ("immutable" in answer.headers["cache-control"]) is kept


@pytest.mark.parametrize("sheet", _COMPONENT_SHEETS, ids=lambda sheet: sheet.name)
def test_only_the_tokens_name_raw_values(sheet: Path) -> None:
    text = re.sub(r"@media[^{]*|/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    assert _RAW_VALUE.findall(text) == []


def _defined(sheet: str) -> set[str]:
    return set(re.findall(r"(--[a-z0-9-]+):", (assets.STATIC / "css" / sheet).read_text("utf-8")))


@pytest.mark.parametrize("sheet", _COMPONENT_SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_used_is_defined(sheet: Path) -> None:
    used = re.findall(r"var\((--[a-z0-9-]+)\)", sheet.read_text("utf-8"))
    assert set(used) <= _defined("tokens.css")


def test_dark_redefines_only_known_tokens() -> None:
    assert _defined("dark.css") <= _defined("tokens.css")
