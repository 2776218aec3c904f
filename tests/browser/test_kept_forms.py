"""Staff who typed for too long give the factor, and the form is as it was; with and without scripts."""

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from app.db.tenancy import SYSTEM, acting_as
from app.features.members.permissions import STAFF_ROLES
from app.main import create_app
from app.settings import Settings
from tests.browser.conftest import NewPage
from tests.browser.test_pages import AXE, RULES
from tests.features.members.factors import with_app
from tests.people import Known, add_company, add_person

Someone = tuple[str, pyotp.TOTP, Known]  # the token of a session, the app, an admin of some company


async def _someone(var: Path) -> Someone:
    app = create_app(Settings(var=var, worker="separate"))
    with acting_as(SYSTEM):
        company = await add_company(app.state.database, "云杉信息")
        ana = await add_person(app.state.database, "安娜", company_id=company, role="admin")
        ada = await add_person(app.state.database, "阿达", staff_roles=tuple(STAFF_ROLES), second_factor=True)
        totp, _, token = await with_app(app, ada)
    app.state.hasher.close()
    await app.state.search.close()
    await app.state.database.close()
    return token, totp, ana


@pytest.fixture
def someone(site: str, var: Path) -> Someone:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop runs in this thread
        return elsewhere.submit(asyncio.run, _someone(var)).result()


def let_the_factor_age(var: Path) -> None:
    with closing(sqlite3.connect(var / "top.db")) as connection, connection:
        connection.execute("UPDATE sign_in_sessions SET second_factor_at = '2020-01-01 00:00:00.000000'")


def confirm(page: Page, totp: pyotp.TOTP) -> None:
    """Gives a code, after one that is wrong."""
    expect(page.get_by_role("heading", level=1)).to_have_text("再验证一次身份")
    expect(page.locator("main")).to_contain_text("还没有提交")
    for code, said in (("000 000", "验证码不对"), (totp.now(), "")):
        page.get_by_label("验证码").fill(code)
        page.get_by_role("button", name="继续").click()
        if said:
            expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("#kept")).to_contain_text("还没有提交")
    expect(page.locator("#kept")).to_be_in_viewport()
    assert page.url.endswith("/second-factor#kept"), "nothing that was typed"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_gift_is_checked_and_given_once(
    new_page: NewPage, site: str, var: Path, someone: Someone, scripts: bool
) -> None:
    token, totp, ana = someone
    page = new_page(width=390, java_script_enabled=scripts)
    page.context.add_cookies([{"name": "top_session", "value": token, "url": site}])
    page.goto(f"/staff/ledger/companies/{ana.company_public_id}")
    page.locator("summary", has_text="补偿").click()
    gift = page.locator("form", has=page.get_by_role("button", name="补偿"))
    gift.get_by_label("积分数").fill("12.5")
    gift.get_by_label("工单号").fill("工单 7")
    let_the_factor_age(var)
    gift.get_by_role("button", name="补偿").click()
    confirm(page, totp)
    expect(gift.get_by_label("积分数")).to_have_value("12.5")
    expect(gift.get_by_label("工单号")).to_have_value("工单 7")
    expect(page.locator(".facts")).not_to_contain_text("12.5")
    if scripts:
        page.evaluate(AXE)
        assert page.evaluate("rules => axe.run(document, rules)", RULES)["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    gift.get_by_role("button", name="补偿").click()
    expect(page).to_have_url(re.compile("done=goodwill"))
    expect(page.locator(".facts")).to_contain_text("12.5")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_reason_for_breaking_glass_is_typed_once(
    new_page: NewPage, site: str, var: Path, someone: Someone, scripts: bool
) -> None:
    token, totp, ana = someone
    reason = "客户投诉成员被冒用，\n需要核对 <名单>"
    page = new_page(java_script_enabled=scripts)
    page.context.add_cookies([{"name": "top_session", "value": token, "url": site}])
    page.goto("/staff/break-glass")
    page.get_by_label("要看什么").select_option("company_members")
    page.get_by_label("对象编号").fill(ana.company_public_id)
    page.get_by_label("工单号").fill("T-17")
    page.get_by_label("理由").fill(reason)
    let_the_factor_age(var)
    page.get_by_role("button", name="提出申请").click()
    confirm(page, totp)
    expect(page.get_by_label("要看什么")).to_have_value("company_members")
    expect(page.get_by_label("理由")).to_have_value(reason)
    expect(page.locator("main")).not_to_contain_text("我的申请")
    page.get_by_role("button", name="提出申请").click()
    expect(page.locator("main")).to_contain_text("申请已提出")
    expect(page.locator("main")).to_contain_text("我的申请")
