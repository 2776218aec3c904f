"""The walk of a salesperson: type a name, choose by keyboard, read, correct, change the language."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

HOSPITAL = "北京大学第三医院"
UNKNOWN = "红河州第五人民医院"


def type_slowly(page: Page, text: str) -> None:
    page.get_by_role("combobox").press_sequentially(text, delay=20)


def test_search_by_keyboard(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    type_slowly(page, "北京大学第三")
    option = page.get_by_role("option", name=HOSPITAL)
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value("北京大学第三")
    box.press("ArrowDown")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSPITAL)


def test_pinyin_and_initials_suggest(new_page: NewPage) -> None:
    page = new_page()
    for typed in ("beijingdaxue", "bjdx"):
        page.goto("/")
        type_slowly(page, typed)
        expect(page.get_by_role("option").first).to_contain_text("北京大学")


def test_the_answer_is_on_the_first_screen_of_a_phone(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/lookup?q=" + HOSPITAL)
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSPITAL)
    needs = page.locator(".answer__top li")
    expect(needs).to_have_count(3)
    for index in range(3):
        bounds = needs.nth(index).bounding_box()
        assert bounds is not None
        assert bounds["y"] + bounds["height"] <= 844, "the three top needs fit the first screen"
    expect(page.locator(".answer__top")).to_contain_text("推断")


def test_an_unknown_name_is_answered_and_can_be_corrected(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/")
    type_slowly(page, UNKNOWN)
    page.get_by_role("combobox").press("Enter")
    if "/lookup" in page.url:
        page.get_by_role("link", name="按名称推断").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(UNKNOWN)
    expect(page.locator(".identity")).to_contain_text("由名称推断")
    expect(page.locator(".identity")).to_contain_text("云南省")
    before = page.locator(".answer__top").inner_text()
    page.locator("#correct-industry").select_option("education")
    page.locator("#correction button").click()
    expect(page.locator(".identity")).to_contain_text("教育")
    assert "industry=education" in page.url
    assert page.locator(".answer__top").inner_text() != before


def test_language_switch_keeps_the_page(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/recognise?name=" + UNKNOWN)
    page.locator("footer").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(UNKNOWN)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".answer__top")).to_contain_text("%")
    text = page.locator("main").inner_text()
    page.locator("footer").get_by_role("button", name="繁體中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    assert "醫院" in page.locator("main").inner_text()
    assert "需求" not in text


def test_everything_works_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, width=390)
    page.goto("/")
    page.locator("input[name=q]").first.fill("北大")
    page.get_by_role("button", name="看需求").click()
    if "/lookup" in page.url:
        page.locator("main").get_by_role("link", name="北京大学", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("北京大学")
    page.locator("#correct-industry").select_option("healthcare")
    page.locator("#correction button").click()
    expect(page.locator(".identity")).to_contain_text("医疗")
    page.locator("footer").get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
