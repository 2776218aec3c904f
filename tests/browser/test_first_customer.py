"""From nothing to the first followed customer on a phone: register, confirm, look up, follow, read."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.site import BUYER

Result = TypeVar("Result")
PASSWORD = "three quiet herons walk"
_MAIL_SECONDS = 30


def confirmation_path(var: Path, address: str) -> str:
    """The link of the mail to `address`, as soon as the worker has sent it."""
    deadline = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < deadline:
        for file in (var / "outbox").glob("*.eml"):
            letter = message_from_bytes(file.read_bytes(), policy=default)
            found = re.search(r"http://\S+?(/confirm-mail/\S+)", letter.get_content())
            if letter["To"] == address and found:
                return found[1]
        time.sleep(0.05)
    raise AssertionError("no mail came")


def send(page: Page, form: str) -> None:
    page.locator(
        f"form[action='{form}'] button[type=submit], form:not([action]) button[type=submit]"
    ).first.click()


@pytest.fixture(params=[("zh-CN", "zh-Hans", "推断"), ("en-GB", "en", "Estimate")], ids=["zh", "en"])
def reader(request: pytest.FixtureRequest, new_page: NewPage) -> tuple[Page, str, str]:
    """A phone, its language, and the word for a prediction."""
    locale, language, word = request.param
    return new_page(width=390, locale=locale), language, word


def test_from_registration_to_the_first_followed_customer(
    reader: tuple[Page, str, str], var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, language, prediction = reader
    mail = f"ana.{language.lower()}@partner.example"
    steps: list[tuple[str, float]] = []

    def step(name: str, act: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        result = act()
        steps.append((name, time.perf_counter() - began))
        return result

    page.goto("/register")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.fill("#register-company", f"华北信安科技有限公司 {language}")
    page.fill("#register-name", "安娜")
    page.fill("#register-mail", mail)
    page.fill("#register-password", PASSWORD)
    page.check("#register-consent")
    step("register", lambda: send(page, "/register"))
    link = step("mail", lambda: confirmation_path(var, mail))
    step("open the link", lambda: page.goto(link))
    step("confirm", lambda: page.locator("main form button[type=submit]").click())
    expect(page.locator(".header__mine")).to_be_visible()
    page.goto("/")
    page.locator("main input[name=q]").fill(BUYER)
    step("look up", lambda: page.locator("main input[name=q]").press("Enter"))
    expect(page.get_by_role("heading", level=1)).to_have_text(BUYER)
    third = page.locator(".answer__top li").nth(2).bounding_box()
    assert third is not None
    assert third["y"] + third["height"] <= 844, "the button leaves the answer on the first screen"
    button = page.locator(".title-row .follow__button")
    expect(button).to_have_attribute("aria-pressed", "false")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 200, "the first screen has the button, too"
    step("follow", button.click)
    expect(button).to_have_attribute("aria-pressed", "true")
    step("my customers", lambda: page.locator(".header__mine").click())
    row = page.locator(".customer")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(BUYER)
    expect(row.locator(".customer__need")).to_have_count(3)
    expect(row.locator(".statement--prediction")).to_contain_text(prediction)
    expect(row.locator(".statement--fact")).to_be_visible()
    with capsys.disabled():
        told = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in steps)
        print(f"\nfirst customer ({language}): {sum(s for _, s in steps):.1f} s of the machine: {told}")


def test_customers_are_added_by_suggestion_and_let_go_by_the_star(new_page: NewPage, var: Path) -> None:
    page = new_page(width=390)
    mail = "bo@partner.example"
    page.goto("/register")
    for field, value in (("company", "乙公司"), ("name", "博"), ("mail", mail), ("password", PASSWORD)):
        page.fill(f"#register-{field}", value)
    page.check("#register-consent")
    send(page, "/register")
    page.goto(confirmation_path(var, mail))
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".header__mine")).to_be_visible()
    page.goto("/my/customers")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.press_sequentially("北京大学第三", delay=20)
    page.get_by_role("option", name="北京大学第三医院").click()
    expect(page.locator(".customer")).to_contain_text("北京大学第三医院")
    star = page.locator(".customer .follow__button")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".customer")).to_be_visible()
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator(".customer")).to_have_count(0)
