"""Every page at both widths, in both themes: no axe finding, no sideways scrolling, no CSP violation."""

from pathlib import Path

import pytest

from app.kit.ids import stable_id
from tests.browser.conftest import NewPage
from tests.browser.site import BUYER

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BOUGHT = f"/organisations/{stable_id('organisation', BUYER)}"
FIRST_FACT = "the first fact"  # its address is made up anew at each import
PAGES = [
    BOUGHT,
    "/",
    "/lookup?q=北京",
    "/lookup?q=zzzz",
    "/lookup?q=北京大学第三医院",
    "/recognise?name=红河州第五人民医院",
    "/recognise?name=某某有限公司",
    "/recognise/brief?name=红河州第五人民医院",
    "/industries",
    "/industries/healthcare",
    "/needs",
    "/needs/mlps-l3",
    "/regulations",
    "/regulations/csl",
    "/outlines",
    "/outlines/sol-mlps-l3",
    "/explore",
    "/explore/organisations?industry=healthcare",
    "/explore/needs",
    "/explore/facts",
    FIRST_FACT,
    f"{BOUGHT}/facts",
    f"{BOUGHT}/brief",
    f"/report?about=organisation&id={BOUGHT.rpartition('/')[2]}",
    "/sign-in?next=/needs",
    "/password/forgotten",
    "/no-such-page",
    "/styleguide",
]


@pytest.mark.statement(54)
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "zh-CN"), (1280, "dark", "en")])
def test_page_is_accessible_and_fits(
    new_page: NewPage, path: str, width: int, scheme: str, language: str
) -> None:
    page = new_page(width=width, color_scheme=scheme, locale=language)
    if path == FIRST_FACT:
        page.goto("/explore/facts")
        path = page.locator(".fact-row__title a").first.get_attribute("href") or ""
        assert path
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == (404 if path == "/no-such-page" else 200)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page scrolls sideways"
    # Handed over through the debugger, not as a script element: the CSP stays as it is.
    page.evaluate(AXE)
    findings = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert [(finding["id"], [node["html"] for node in finding["nodes"]][:3]) for finding in findings] == []


@pytest.mark.parametrize(
    "path",
    ["/", "/recognise?name=红河州第五人民医院", "/recognise/brief?name=红河州第五人民医院", "/needs/mlps-l3"],
)
def test_page_fits_at_twice_the_text_size(new_page: NewPage, path: str) -> None:
    page = new_page(width=390)
    page.goto(path)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
