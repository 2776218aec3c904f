"""A company shows who it is, is refused, appeals to a second person and is verified, in a real browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from tests.browser.conftest import NewPage
from tests.browser.test_pages import AXE, RULES
from tests.features.members.companies.files import PDF
from tests.people import Known, add_company, add_person

COMPANY = "北京等待核实科技有限公司"


async def _people(url: str) -> tuple[Known, Known, Known]:
    with acting_as(SYSTEM):
        database = Database(url)
        company = await add_company(database, COMPANY, verified=False)
        ana = await add_person(database, "安娜", company_id=company, role="admin", second_factor=True)
        staff = [
            await add_person(database, name, staff_roles=("moderator",), second_factor=True)
            for name in ("莫", "妮")
        ]
        await database.close()
    return ana, staff[0], staff[1]


@pytest.fixture
def people(site: str, var: Path) -> tuple[Known, Known, Known]:
    url = f"sqlite+aiosqlite:///{var / 'top.db'}"
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop runs in this thread
        return elsewhere.submit(asyncio.run, _people(url)).result()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_licence_to_an_appeal_that_is_heard(
    new_page: NewPage, site: str, people: tuple[Known, Known, Known], scripts: bool
) -> None:
    def enter(who: Known) -> Page:
        page = new_page(width=390, java_script_enabled=scripts)
        page.context.add_cookies([{"name": "top_session", "value": who.token, "url": site}])
        return page

    ana, mo, ni = (enter(who) for who in people)
    ana.goto("/company")
    ana.get_by_role("link", name="去认证").click()
    expect(ana.locator("main")).to_contain_text("看其他伙伴的匿名线索")
    ana.get_by_role("link", name="申请认证").click()
    wrong = {"name": "licence.pdf", "mimeType": "application/pdf", "buffer": b"<html>no document"}
    ana.locator("input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]
    ana.get_by_role("button", name="提交申请").click()
    expect(ana.locator(".field__error")).to_contain_text("PDF")
    ana.locator("input[type=file]").set_input_files(wrong | {"buffer": PDF})  # type: ignore[arg-type]
    ana.locator("#request-note").fill("执照在附件里")
    ana.get_by_role("button", name="提交申请").click()
    expect(ana.locator("main")).to_contain_text("正在核实")

    decide(mo, "不通过", "照片看不清")
    ana.reload()
    expect(ana.locator("main")).to_contain_text("照片看不清")
    ana.locator("#appeal-note").fill("原件就是这样")
    ana.get_by_role("button", name="提交申诉").click()
    expect(ana.locator("main")).to_contain_text("正在核实")

    mo.goto("/staff/verifications")
    mo.get_by_role("link", name=COMPANY).first.click()
    expect(mo.locator("main")).to_contain_text("另一位工作人员")
    expect(mo.locator("#decision-reason")).to_have_count(0)
    with ni.expect_download() as download:
        ni.goto("/staff/verifications")
        ni.get_by_role("link", name=COMPANY).first.click()
        ni.get_by_role("link", name="licence.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    decide(ni, "通过", "营业执照有效")
    ana.reload()
    expect(ana.locator("main")).to_contain_text("公司已认证")
    ana.goto("/company")
    expect(ana.locator(".company-name")).to_contain_text("已认证")


def decide(page: Page, decision: str, reason: str) -> None:
    page.goto("/staff/verifications")
    page.get_by_role("link", name=COMPANY).first.click()
    page.get_by_label(decision, exact=True).check()
    page.locator("#decision-reason").fill(reason)
    page.get_by_role("button", name="提交决定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("公司认证")


@pytest.mark.statement(68)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_a_company_are_accessible(
    new_page: NewPage, site: str, people: tuple[Known, Known, Known], width: int
) -> None:
    who = people[0]
    page = new_page(width=width)
    page.context.add_cookies([{"name": "top_session", "value": who.token, "url": site}])
    for path in (
        "/company", "/company/edit", "/company/members", "/company/members/invite",
        f"/company/members/{who.public_id}", "/company/leaving", "/company/verification",
        "/company/verification/request", f"/companies/{who.company_public_id}",
    ):  # fmt: skip
        page.goto(path)
        assert "second-factor" not in page.url, path
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        assert [(path, one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
