"""A company's money in a real browser: from the menu to a line's proof, with and without scripts."""

import asyncio
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.sealing.sealing import seal_all
from app.kit.amount import Amount
from tests.browser.conftest import NewPage
from tests.browser.test_pages import AXE, RULES
from tests.features.ledger.books import Books
from tests.people import Known, add_company, add_person


async def _money(url: str) -> tuple[Known, Known]:
    """A buyer with lines, and a seller with earnings that wait and some that are free."""
    with acting_as(SYSTEM):
        database = Database(url)
        books = Books(database)
        buyer, seller = [await add_company(database, name) for name in ("云杉信息", "远山数据")]
        ana = await add_person(database, "安娜", company_id=buyer, role="admin", second_factor=True)
        bo = await add_person(database, "博", company_id=seller, role="finance", second_factor=True)
        await books.top_up(buyer, 5_000, event=f"WX-{ana.person_id}")
        for number in range(60):
            await books.buy(Amount("CR", 10_500 + number), seller, buyer=buyer)
        await books.make_due()
        await books.release(seller)
        await books.buy(20, seller, buyer=buyer)
        await seal_all(database)
        await database.close()
    return ana, bo


@pytest.fixture(scope="module")
def money(site: str, var: Path) -> tuple[Known, Known]:
    url = f"sqlite+aiosqlite:///{var / 'top.db'}"
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop runs in this thread
        return elsewhere.submit(asyncio.run, _money(url)).result()


Enter = Callable[..., Page]


@pytest.fixture
def enter(new_page: NewPage, site: str) -> Enter:
    """A page in the browser of somebody who is signed in."""

    def entered(who: Known, **options: object) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": "top_session", "value": who.token, "url": site}])
        return page

    return entered


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_menu_to_a_line_and_its_proof(
    enter: Enter, money: tuple[Known, Known], width: int, scripts: bool
) -> None:
    page = enter(money[1], width=width, java_script_enabled=scripts)
    page.goto("/")
    page.locator(".menu summary").click()
    page.get_by_role("link", name="钱包").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("钱包")
    main = page.locator("main")
    expect(main).to_contain_text("18 积分".replace(" ", "\u00a0"))  # 20 less the fee waits
    page.get_by_role("link", name="全部明细").click()
    expect(page.locator(".lines tbody tr")).to_have_count(50)
    page.get_by_role("link", name="更早的").click()
    expect(page.locator(".lines tbody tr")).to_have_count(13)
    page.locator(".lines tbody th a").first.click()
    proof = page.request.get(f"{page.url}/proof").json()
    page.get_by_role("link", name="核对证明").click()
    page.get_by_label("证明（JSON）").fill(json.dumps(proof))
    page.get_by_role("button", name="核对").click()
    expect(main).to_contain_text("证明成立")


def test_earnings_move_to_the_wallet_and_a_wrong_amount_stays_in_the_form(
    enter: Enter, money: tuple[Known, Known]
) -> None:
    page = enter(money[1], width=390)
    page.goto("/wallet")
    page.get_by_label(re.compile("把收益转入钱包")).fill("十个")
    page.get_by_role("button", name="转入钱包").click()
    expect(page.locator(".field__error")).to_contain_text("请输入大于零的积分数")
    expect(page.get_by_label(re.compile("把收益转入钱包"))).to_have_value("十个")
    page.get_by_label(re.compile("把收益转入钱包")).fill("12.5")
    page.get_by_role("button", name="转入钱包").click()
    expect(page.locator(".wallet__big")).to_have_text("12.5\u00a0积分")


def test_filters_stay_in_the_address_and_paper_shows_the_lines_alone(
    enter: Enter, money: tuple[Known, Known]
) -> None:
    page = enter(money[0], width=1280)
    page.goto("/wallet/statement")
    page.locator(".filter-bar summary").click()
    page.get_by_label("类型").select_option("top_up")
    page.get_by_role("button", name="按条件筛选").click()
    expect(page).to_have_url(re.compile("kind=top_up"))
    expect(page.locator(".lines tbody tr")).to_have_count(1)
    page.get_by_role("link", name="打印版").click()
    page.emulate_media(media="print")
    expect(page.locator(".header")).to_be_hidden()
    expect(page.locator(".lines tbody tr")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("云杉信息")


@pytest.mark.statement(54)
@pytest.mark.parametrize("path", ["/wallet", "/wallet/statement", "/wallet/holds", "/books", "/books/proof"])
@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "zh-CN"), (1280, "dark", "en")])
def test_pages_of_money_are_accessible_and_fit(
    enter: Enter, money: tuple[Known, Known], path: str, width: int, scheme: str, language: str
) -> None:
    page = enter(money[1], width=width, color_scheme=scheme, locale=language)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    page.evaluate(AXE)
    findings = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert [(finding["id"], [node["html"] for node in finding["nodes"]][:3]) for finding in findings] == []
