"""Every page of one's account, one's company and the console of staff: no axe finding, nothing sideways."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.members.permissions import STAFF_ROLES
from app.main import create_app
from app.settings import Settings
from app.web.policy import policies
from tests.browser.conftest import NewPage
from tests.browser.test_pages import AXE, RULES
from tests.people import Known, add_company, add_person

OWN, STAFF = ("/account", "/company"), ("/staff",)
FILES = (".csv", ".xlsx")
NO_PAGE = {"/account/second-factors/codes"}  # only while a code is being set up


async def _people(url: str) -> tuple[Known, Known]:
    with acting_as(SYSTEM):
        database = Database(url)
        company = await add_company(database, "上海样例软件有限公司")
        ana = await add_person(database, "安娜", company_id=company, role="admin", second_factor=True)
        ada = await add_person(database, "阿达", staff_roles=tuple(STAFF_ROLES), second_factor=True)
        await database.close()
    return ana, ada


@pytest.fixture
def people(site: str, var: Path) -> tuple[Known, Known]:
    url = f"sqlite+aiosqlite:///{var / 'top.db'}"
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop runs in this thread
        return elsewhere.submit(asyncio.run, _people(url)).result()


def addresses(var: Path, areas: tuple[str, ...], company: str) -> list[str]:
    """From the table of routes, so that a new page is looked at, too; of those that name something, those
    about a company."""
    found = []
    for path, methods, _ in policies(create_app(Settings(var=var, worker="separate")).router.routes):
        if "GET" in methods and path.startswith(areas) and not path.endswith(FILES):
            named = path.replace("{public_id}", company) if path.startswith("/staff/companies/") else path
            if "{" not in named and path not in NO_PAGE:
                found.append(named)
    return found


@pytest.mark.statement(68)
@pytest.mark.parametrize("areas", [OWN, STAFF], ids=["own", "staff"])
@pytest.mark.timeout(300)  # dozens of pages each
@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(390, "light", "zh-CN"), pytest.param(1280, "dark", "en", marks=pytest.mark.deep)],
)
def test_every_page_of_whoever_is_signed_in_is_accessible_and_fits(
    new_page: NewPage, site: str, var: Path, tmp_path: Path, people: tuple[Known, Known],
    areas: tuple[str, ...], width: int, scheme: str, language: str,
) -> None:  # fmt: skip
    ana, ada = people
    page = new_page(width=width, color_scheme=scheme, locale=language)
    who = ada if areas == STAFF else ana
    page.context.add_cookies([{"name": "top_session", "value": who.token, "url": site}])
    seen, wrong = 0, []
    for path in addresses(tmp_path, areas, ana.company_public_id):
        answer = page.goto(path)
        assert answer is not None
        if answer.status != 200 or "second-factor?" in page.url:
            wrong.append(f"{path}: {answer.status} {page.url}")
            continue
        page.evaluate(AXE)
        for one in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
            wrong.append(f"{path}: {one['id']} {one['nodes'][0]['html']}")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
        seen += 1
    assert wrong == []
    assert seen >= 10
