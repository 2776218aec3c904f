"""One of staff from the first link to the console: password, passkey, recovery codes, and in again."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.site import ROOT

PASSWORD = "vier Pferde ziehen Nebel"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(new_page: NewPage, site: str) -> Page:
    """By name: a passkey belongs to a name, never to a number. With an authenticator that always agrees."""
    page = new_page(width=390, base_url=site.replace("127.0.0.1", "localhost"))
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def link_for_staff(var: Path, site: str, mail: str) -> str:
    """What `topctl create-staff` prints."""
    environment = os.environ | {"TOP_VAR": str(var), "TOP_BASE_URL": site, "LC_ALL": "en_US.UTF-8"}
    made = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "create-staff", "莫", mail],
        env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = re.search(r"/password/new/\S+", made.stdout)
    assert found
    return found.group()


def sign_in(page: Page, mail: str) -> None:
    page.get_by_label("邮箱").fill(mail)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_passkey_journey(page: Page, site: str, var: Path) -> None:
    page.goto(link_for_staff(var, site, "mo@vendor.example"))
    page.get_by_label("新密码").fill("password12345")
    page.get_by_role("button", name="保存密码").click()
    expect(page.locator(".field__error")).to_contain_text("太容易猜到")
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    expect(page.locator("main")).to_contain_text("请用新密码登录")

    sign_in(page, "mo@vendor.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("二次验证")
    page.get_by_label("给它起个名字").fill("办公室笔记本")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("保存恢复码")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 8
    page.get_by_role("link", name="已经保存好，继续").click()
    expect(page).to_have_url(re.compile("/staff$"))

    sign_out(page)
    page.goto("/sign-in")
    sign_in(page, "mo@vendor.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("再验证一次身份")
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page).to_have_url(re.compile("/staff$"))

    sign_out(page)
    page.goto("/sign-in")
    sign_in(page, "mo@vendor.example")
    page.get_by_label("恢复码").fill(codes[0])
    page.get_by_role("button", name="继续").click()
    expect(page).to_have_url(re.compile("/staff$"))
    page.goto("/account/second-factors")
    expect(page.locator("main")).to_contain_text("还剩 7 个没用过")


def test_a_form_that_was_typed_for_too_long_is_back_after_a_passkey(page: Page, site: str, var: Path) -> None:
    page.goto(link_for_staff(var, site, "lin@vendor.example"))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    sign_in(page, "lin@vendor.example")
    page.get_by_label("给它起个名字").fill("办公室笔记本")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("保存恢复码")
    page.goto("/account/mail")
    page.get_by_label("新邮箱").fill("lin@new.example")
    page.get_by_label("当前密码").fill(PASSWORD)
    with closing(sqlite3.connect(var / "top.db")) as connection, connection:  # as after a while
        connection.execute("UPDATE sign_in_sessions SET second_factor_at = '2020-01-01 00:00:00.000000'")
    page.locator("main form button").click()
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page.locator("#kept")).to_contain_text("还没有提交")
    expect(page.get_by_label("新邮箱")).to_have_value("lin@new.example")
    expect(page.get_by_label("当前密码")).to_have_value("")


def test_a_passkey_that_is_refused_leaves_a_way_out(page: Page, site: str, var: Path) -> None:
    page.goto(link_for_staff(var, site, "fei@vendor.example"))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    sign_in(page, "fei@vendor.example")
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('', 'AbortError')); }"
    )
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.locator(".passkey__problem")).to_be_visible()
    expect(page.get_by_role("button", name="设置验证码应用")).to_be_enabled()


def sign_out(page: Page) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("link", name="登录").first).to_be_visible()


def test_a_browser_left_open_asks_for_the_password_before_a_first_passkey(
    page: Page, site: str, var: Path
) -> None:
    page.goto(link_for_staff(var, site, "kai@vendor.example"))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    sign_in(page, "kai@vendor.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("二次验证")
    with closing(sqlite3.connect(var / "top.db")) as connection, connection:  # as after a while
        connection.execute("UPDATE sign_in_sessions SET password_at = '2020-01-01 00:00:00.000000'")
    page.get_by_label("给它起个名字").fill("办公室笔记本")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("再输入一次密码")
    page.get_by_label("当前密码").fill("not the right one")
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".field__error")).to_contain_text("当前密码不对")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("二次验证")
    page.get_by_label("给它起个名字").fill("办公室笔记本")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("保存恢复码")
