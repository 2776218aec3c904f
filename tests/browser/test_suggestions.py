"""Arrow keys act on the list of what is typed, however late that list comes."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import NewPage

OLDER, NEWEST, FURTHER = "北京大学第", "北京大学第三", "北京大学第三医"
FIRST = "北京大学第三医院"
ADDED = "合成单位"
SELECTED = '[role="option"][aria-selected="true"]'
Answer = Callable[[Route], None]


def passed_on(route: Route) -> None:
    route.continue_()


def refused(route: Route) -> None:
    route.fulfill(status=429)


def with_one_more(route: Route) -> None:
    """The list begins with an option that was not there before."""
    answer = route.fetch()
    option = f'<li role="option" aria-selected="false" data-href="/organisations/synthetic">{ADDED}</li>'
    route.fulfill(response=answer, body=answer.text().replace("<li ", f"{option}<li ", 1))


class HeldBack:
    """Keeps the answers to `text` from the page until they are released."""

    def __init__(self, page: Page, text: str) -> None:
        self._waiting: list[Route] = []
        self._answer: Answer | None = None
        page.route(lambda address: "/suggest?" in address and text_of(address) == text, self._asked)

    def _asked(self, route: Route) -> None:
        if self._answer is None:
            self._waiting.append(route)
        else:
            self._settle(route)

    def _settle(self, route: Route) -> None:
        answer, self._answer = self._answer or passed_on, passed_on
        answer(route)

    def release(self, answer: Answer = passed_on) -> None:
        """The first question gets this answer, whether it has been asked already or not."""
        self._answer = answer
        waiting, self._waiting = self._waiting, []
        for route in waiting:
            self._settle(route)


def text_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["q"][0]


def list_of(page: Page, text: str) -> Locator:
    """Known by its last option: to infer from just this text."""
    return page.get_by_role("option").filter(has_text=re.compile(f"“{text}”"))


def first_name(page: Page) -> str:
    return page.locator(".organisation-line__name").first.inner_text()


def expect_selected(box: Locator, name: str) -> None:
    """One option is selected, and assistive technology is led to just this one."""
    selected = box.page.locator(SELECTED)
    expect(selected).to_have_count(1)
    expect(selected).to_contain_text(name)
    expect(box).to_have_attribute("aria-activedescendant", selected.get_attribute("id") or "no id")


def expect_none_selected(box: Locator) -> None:
    expect(box.page.locator(SELECTED)).to_have_count(0)
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile(""))


@pytest.fixture
def box(new_page: NewPage) -> Locator:
    """The list of the older text is shown."""
    page = new_page(width=390)
    page.clock.install()
    page.goto("/")
    box = page.get_by_role("combobox")
    box.press_sequentially(OLDER)
    expect(list_of(page, OLDER)).to_be_visible()
    return box


def overtake(box: Locator) -> HeldBack:
    """Ask for the newest text; what is typed from here on is not asked for until the clock goes on."""
    overtaken = HeldBack(box.page, NEWEST)
    with box.page.expect_request(lambda request: text_of(request.url) == NEWEST):
        box.press_sequentially("三")
    box.page.clock.pause_at(box.evaluate("Date.now()") + 1000)
    box.evaluate("box => box.addEventListener('htmx:afterRequest', () => { box.dataset.answered = 'yes'; })")
    return overtaken


def test_an_arrow_key_waits_for_the_list_of_what_is_typed(box: Locator) -> None:
    answer = HeldBack(box.page, NEWEST)
    box.press_sequentially("三")
    box.press("ArrowDown")
    expect_none_selected(box)
    answer.release()
    expect(list_of(box.page, NEWEST)).to_be_visible()
    expect_selected(box, FIRST)
    expect(box.page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box.page.get_by_role("heading", level=1)).to_have_text(FIRST)


def test_several_moves_are_made_in_turn(box: Locator) -> None:
    answer = HeldBack(box.page, NEWEST)
    box.press_sequentially("三")
    for key in ("ArrowUp", "ArrowUp", "ArrowDown"):
        box.press(key)
    answer.release()
    expect(list_of(box.page, NEWEST)).to_have_attribute("aria-selected", "true")
    HeldBack(box.page, NEWEST).release(with_one_more)
    box.dispatch_event("compositionend")  # asks again
    expect(box.page.get_by_role("option").first).to_have_text(ADDED)
    expect(list_of(box.page, NEWEST)).to_have_attribute("aria-selected", "true")


def test_enter_submits_what_is_typed_while_its_list_is_under_way(box: Locator) -> None:
    box.press("ArrowDown")
    expect_selected(box, "北京大学")
    HeldBack(box.page, NEWEST)
    box.press_sequentially("三")
    expect_none_selected(box)
    box.press("ArrowDown")
    with box.page.expect_request(re.compile("/lookup")) as submitted:
        box.press("Enter")
    assert text_of(submitted.value.url) == NEWEST


def test_enter_submits_a_text_that_a_script_put_in_the_place_of_what_was_typed(box: Locator) -> None:
    box.press("ArrowDown")
    expect_selected(box, "北京大学")
    box.evaluate("(box, text) => { box.value = text; }", NEWEST)  # as form fillers do, with no event
    with box.page.expect_request(re.compile("/lookup")) as submitted:
        box.press("Enter")
    assert text_of(submitted.value.url) == NEWEST


def test_an_option_of_the_older_list_can_still_be_clicked(box: Locator) -> None:
    HeldBack(box.page, NEWEST)
    box.press_sequentially("三")
    name = first_name(box.page)
    box.page.get_by_role("option").first.click()
    expect(box.page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_selection_survives_a_refresh_of_the_same_text(box: Locator) -> None:
    HeldBack(box.page, NEWEST)
    answer = HeldBack(box.page, OLDER)
    box.press_sequentially("三")
    box.press("Backspace")
    box.press("ArrowDown")
    name = first_name(box.page)
    expect_selected(box, name)
    answer.release(with_one_more)
    expect(box.page.get_by_role("option").first).to_have_text(ADDED)
    expect_selected(box, name)
    box.press("ArrowUp")
    expect_selected(box, ADDED)


@pytest.mark.parametrize("answer", [passed_on, refused])
def test_an_overtaken_answer_leaves_the_selection_alone(box: Locator, answer: Answer) -> None:
    overtaken = overtake(box)
    box.press("Backspace")
    box.press("ArrowDown")
    name = first_name(box.page)
    expect_selected(box, name)
    overtaken.release(answer)
    expect(box).to_have_attribute("data-answered", "yes")
    expect_selected(box, name)
    HeldBack(box.page, OLDER).release(with_one_more)
    box.page.clock.resume()
    expect(box.page.get_by_role("option").first).to_have_text(ADDED)
    expect_selected(box, name)


@pytest.mark.parametrize("answer", [passed_on, refused])
def test_an_overtaken_answer_leaves_the_moves_alone(box: Locator, answer: Answer) -> None:
    overtaken = overtake(box)
    box.press_sequentially("医")
    box.press("ArrowDown")
    overtaken.release(answer)
    expect(box).to_have_attribute("data-answered", "yes")
    expect_none_selected(box)
    box.page.clock.resume()
    expect(list_of(box.page, FURTHER)).to_be_visible()
    expect_selected(box, FIRST)


def test_typing_on_drops_the_moves(box: Locator) -> None:
    HeldBack(box.page, NEWEST)
    answer = HeldBack(box.page, OLDER)
    box.press_sequentially("三")
    box.press("ArrowDown")
    box.press("Backspace")
    answer.release(with_one_more)
    expect(box.page.get_by_role("option").first).to_have_text(ADDED)
    expect_none_selected(box)


@pytest.mark.parametrize("leave", ["Escape", "blur", "failure"])
def test_a_closed_list_forgets_the_moves(box: Locator, leave: str) -> None:
    answer = HeldBack(box.page, NEWEST)
    with box.page.expect_request(lambda request: text_of(request.url) == NEWEST):
        box.press_sequentially("三")
    box.press("ArrowDown")
    if leave == "Escape":
        box.press("Escape")
    elif leave == "blur":
        box.blur()
        box.focus()
    else:
        answer.release(refused)
    expect(box.page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box.page.get_by_role("status")).to_have_text("")
    box.press("ArrowDown")  # opens the list, and no more
    answer.release()
    expect(list_of(box.page, NEWEST)).to_be_visible()
    expect_none_selected(box)


def test_escape_is_meant_for_the_list_that_is_still_to_come(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    box = page.get_by_role("combobox")
    answer = HeldBack(page, NEWEST)
    with page.expect_request(lambda request: "/suggest" in request.url):
        box.fill(NEWEST)
    box.press("Escape")
    expect(box).to_have_value(NEWEST)
    with page.expect_response(lambda response: "/suggest" in response.url):
        answer.release()
    expect(page.get_by_role("listbox")).to_have_count(0)
