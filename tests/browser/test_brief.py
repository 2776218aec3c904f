"""The visit brief on paper: one sheet of A4, both sides, for every customer; and the way to it."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.loading import load_pack
from app.features.registry.facts.models import Fact
from app.features.registry.models import Organisation, Source
from app.kit.ids import stable_id
from tests.browser.conftest import NewPage
from tests.browser.site import served

HOSPITAL = "北京大学第三医院"
UNKNOWN = "红河州第五人民医院"
A4 = (595, 842)  # points
LOCALES = ("zh-CN", "en")
PROJECTS = 12


def known(name: str) -> str:
    return f"/organisations/{stable_id('organisation', name)}/brief"


def typed(name: str, **corrected: str) -> str:
    return f"/recognise/brief?name={quote(name)}" + "".join(f"&{key}={v}" for key, v in corrected.items())


CUSTOMERS = {
    "hospital": known(HOSPITAL),
    "bureau": known("昆明市卫生健康委员会"),
    "bank": known("招商银行股份有限公司"),
    "other": typed("长风万里有限公司"),
    "unknown": typed(UNKNOWN),
    "longest name": typed("红河哈尼族彝族自治州" * 12),
}


@pytest.fixture(scope="module")
def rich_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose hospital has bought a lot."""
    var = tmp_path_factory.mktemp("rich")
    with served(var) as address:
        with ThreadPoolExecutor(1) as other:  # the browser's own event loop runs in this one
            other.submit(lambda: asyncio.run(_add_facts(var))).result()
        yield address


async def _add_facts(var: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    await run_write(database, _facts)
    await database.close()


async def _facts(session: WriteSession) -> None:
    found = select(Organisation.id).where(Organisation.name == HOSPITAL)
    organisation = (await session.execute(found)).scalar_one()
    source = Source(key="合成来源", version="1", licence=None)
    session.add(source)
    await session.flush()
    for number in range(PROJECTS):
        session.add(
            Fact(
                public_id=stable_id("fact", str(number)),
                organisation_id=organisation,
                need="emr-upgrade",
                project_key=f"project{number}",
                role="buyer",
                kind="award",
                first_on=date(2024, 1, 9),
                event_on=date(2024, 5, 1 + number),
                seen_at=datetime(2025, 1, 2, tzinfo=UTC),
                amount=1_200_000,
                amount_kind="award",
                title=f"SYN-{number} " + "电子病历与数据中心改造（合成数据）" * 6,
                source_id=source.id,
                site="某公共资源交易中心",
                weight=1.0,
                rule="made up",
                status="active",
                industry="healthcare",
                province="北京市",
            )
        )


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def check_one_sheet(document: PdfReader) -> None:
    assert len(document.pages) == 2
    for side in document.pages:
        assert (round(float(side.mediabox.width)), round(float(side.mediabox.height))) == A4


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_one_sheet_of_paper(new_page: NewPage, rich_site: str, customer: str, locale: str) -> None:
    page = new_page(locale=locale)
    page.goto(rich_site + CUSTOMERS[customer])
    document = printed(page)
    check_one_sheet(document)
    if locale == "en":  # Chinese comes out of a PDF as look-alikes
        front, back = (side.extract_text() for side in document.pages)
        assert "Questions for the visit" in front
        assert "What binds it" in back
        assert "What binds it" not in front
        if customer == "hospital":
            assert f"SYN-{PROJECTS - 1}" in front  # the newest comes first
            assert "SYN-0 " not in front


@pytest.mark.parametrize("locale", LOCALES)
def test_every_industry_is_one_sheet_of_paper(new_page: NewPage, rich_site: str, locale: str) -> None:
    page = new_page(locale=locale)
    for industry in load_pack().industries:
        page.goto(rich_site + typed(UNKNOWN, industry=industry))
        check_one_sheet(printed(page))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_side_is_left_half_empty(new_page: NewPage, rich_site: str, locale: str) -> None:
    page = new_page(locale=locale, width=688)
    page.goto(rich_site + CUSTOMERS["hospital"])
    page.emulate_media(media="print")
    heights = page.locator(".brief__sheet").evaluate_all(
        "sides => sides.map(side => side.offsetHeight * 0.75)"
    )
    assert all(500 < height <= 768 for height in heights), heights


def test_what_is_no_part_of_the_brief_is_not_printed(new_page: NewPage, rich_site: str) -> None:
    page = new_page()
    page.goto(rich_site + CUSTOMERS["hospital"])
    page.emulate_media(media="print")
    for part in (".header", ".footer", ".brief-tools"):
        expect(page.locator(part).first).to_be_hidden()


def test_the_dark_theme_prints_dark_on_white(new_page: NewPage, rich_site: str) -> None:
    page = new_page(color_scheme="dark")
    page.goto(rich_site + CUSTOMERS["hospital"])
    page.locator("footer").get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    colours = "['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"
    ink, _ = page.evaluate(colours)
    page.emulate_media(media="print", color_scheme="dark")
    printed_ink, paper = page.evaluate(colours)
    assert (printed_ink, paper) == ("rgb(20, 32, 31)", "rgb(255, 255, 255)")
    assert ink != printed_ink
    check_one_sheet(printed(page))


def test_the_button_prints_and_without_scripts_a_hint_says_how(new_page: NewPage, rich_site: str) -> None:
    page = new_page()
    page.add_init_script("window.print = () => { window.wasPrinted = true; };")
    page.goto(rich_site + CUSTOMERS["hospital"])
    expect(page.locator("[data-print-hint]")).to_be_hidden()
    page.get_by_role("button", name="打印", exact=True).click()
    assert page.evaluate("window.wasPrinted") is True
    plain = new_page(java_script_enabled=False)
    plain.goto(rich_site + CUSTOMERS["hospital"])
    expect(plain.get_by_role("button", name="打印", exact=True)).to_be_hidden()
    expect(plain.locator("[data-print-hint]")).to_be_visible()


def test_from_the_answer_to_the_document(new_page: NewPage, rich_site: str) -> None:
    page = new_page(width=390)
    page.goto(f"{rich_site}/recognise?name={quote(UNKNOWN)}")
    page.locator("#correct-industry").select_option("education")
    page.locator("#correction button").click()
    link = page.get_by_role("link", name="拜访简报")
    bounds = link.bounding_box()
    assert bounds is not None
    assert bounds["y"] + bounds["height"] <= 844, "the brief is on the first screen of a phone"
    link.click()
    expect(page.locator(".brief-head")).to_contain_text("教育")
    with page.expect_download() as begun:
        page.get_by_role("link", name="下载 Word 文档").click()
    assert begun.value.suggested_filename.startswith(f"ToP-{UNKNOWN}-")
    assert begun.value.suggested_filename.endswith(".docx")
