"""Before a visit: from a name to the answer, to the public fact behind it, and to the brief on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.kit.ids import stable_id
from tests.browser.conftest import NewPage
from tests.browser.site import BUYER, PURCHASE

WIDTHS = (390, 1280)
ORGANISATION = f"/organisations/{stable_id('organisation', BUYER)}"


def answer_of(page: Page) -> None:
    """Through the search box of the first page."""
    page.goto("/")
    page.locator("input[name=q]").first.fill(BUYER)
    page.get_by_role("button", name="看需求").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(BUYER)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_name_to_the_fact_to_the_brief(new_page: NewPage, width: int, scripts: bool) -> None:
    page = new_page(width=width, java_script_enabled=scripts)
    answer_of(page)
    answer = page.url
    page.locator(".answer__top").get_by_role("link", name=re.compile("电子病历系统升级改造")).first.click()
    expect(page).to_have_url(re.compile("/facts/[^/]+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("电子病历")
    main = page.locator("main")
    expect(main).to_contain_text("中标公告")
    expect(main).to_contain_text("招标公告")
    expect(main).to_contain_text("合成公告")  # its source
    page.go_back()
    expect(page).to_have_url(answer)
    page.get_by_role("link", name="拜访简报").first.click()
    expect(page.locator(".brief-facts")).to_contain_text(PURCHASE)
    page.emulate_media(media="print")
    expect(page.locator(".header")).to_be_hidden()
    expect(page.locator(".footer")).to_be_hidden()
    expect(page.locator(".brief-head__name")).to_have_text(BUYER)
    expect(page.locator(".brief-facts")).to_be_visible()


def test_the_way_through_the_lists_leads_to_the_same_fact(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/explore")
    page.get_by_role("link", name="看全部公开事实").click()
    page.locator("main").get_by_role("link", name=re.compile(PURCHASE[:8])).first.click()
    fact = page.url
    page.get_by_role("link", name="公开采购记录").click()
    expect(page).to_have_url(re.compile(f"{ORGANISATION}/facts$"))
    page.locator(".fact-lines a").first.click()
    expect(page).to_have_url(fact)


def test_on_a_phone_a_need_stands_above_its_figures(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/explore/needs")
    table = page.get_by_role("table")
    row = table.get_by_role("row").nth(1)
    need, figures = row.get_by_role("rowheader").bounding_box(), row.get_by_role("cell").first.bounding_box()
    assert need is not None
    assert figures is not None
    assert need["width"] > 300
    assert need["y"] + need["height"] <= figures["y"]
    heads = table.get_by_role("columnheader").count()
    assert row.get_by_role("cell").count() == heads - 1, "years are left to screen readers, not left out"
    wrap = page.locator(".table-wrap").evaluate("one => one.scrollWidth - one.clientWidth")
    assert wrap <= 0
