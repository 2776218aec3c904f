"""A form sent without a fresh second factor comes back as it was filled in; its reader sends it again."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.models import Company
from app.features.members.signing_in.factors.ground import Ground
from app.kit import clock
from tests.features.members.factors import code_now, with_app
from tests.features.members.kept import Desk, Fields, desk_of
from tests.people import PASSWORD, add_company, add_person, carry, form_token

ODD = '急需：<b>"A & B"</b>\r\n第二行 </textarea><script>'
GLASS = {"kind": "company_members", "object_id": "abc", "ticket": "T-17", "reason": ODD}
INVITED = {"name": "新同事", "mail": "new@vendor.example", "role": "finance", "language": "en"}
PROPOSED = {
    "kind": "correction", "amount": "", "company": "", "reverses": "",
    "legs": "suspense - -12.5\r\nfees - 12.5", "reason": ODD.partition("\r")[0],
}  # fmt: skip


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[Desk]:
    async with desk_of(app, client) as desk:
        yield desk


async def test_a_gift_waits_for_its_giver_and_is_given_once(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = {"key": "gift-of-today", "amount": "12.5", "reference": "工单 <7> & “8”"}
    act = f"{desk.company}/goodwill"
    asked = await desk.send(act, typed, page=f"{desk.company}?done=freeze")
    assert asked.status_code == 403
    assert "工单" not in asked.text, "only sealed"
    back = await desk.confirm(asked)
    assert back.status_code == 200
    form = Fields(back.text, act).found
    assert {name: form[name] for name in typed} == typed
    assert re.search(r'<details class="disclosure" open="">\s*<summary>.*补偿', back.text)
    assert back.text.count('id="kept"') == 1
    assert "已完成" not in back.text
    assert (await desk.people.books.of(desk.people.ana_id)).spendable.minor == 0, "nothing is done by itself"
    for _ in range(2):  # the button, pressed twice
        done = await desk.client.post(act, data=form)
        assert done.headers["location"] == f"{desk.company}?done=goodwill"
    assert (await desk.people.books.of(desk.people.ana_id)).bonus.plain() == "0"
    assert (await desk.people.books.of(desk.people.ana_id)).spendable.plain() == "12.5"
    assert "gift-of-today" not in (told := capsys.readouterr().out)
    assert "工单" not in told


@pytest.mark.parametrize(
    ("page", "act", "typed"),
    [
        ("/staff/break-glass?kind=company_members&object=xyz", "/staff/break-glass", GLASS),
        ("/staff/roles", "/staff/roles/invitations", INVITED),
        ("/staff/ledger/proposals", "/staff/ledger/proposals", PROPOSED),
        (
            "{company}",
            "{company}/freeze",
            {"account": "earnings_available", "days": "9", "reason": "欠款 <x>"},
        ),
        ("{company}", "{company}/bonus", {"amount": "3", "campaign": "春", "occasion": "开张", "days": "30"}),
    ],
    ids=["glass", "invitation", "proposal", "freeze", "bonus"],
)
@pytest.mark.parametrize("told", [True, False], ids=["with referer", "without"])
async def test_what_was_typed_is_back(
    desk: Desk, page: str, act: str, typed: dict[str, str | list[str]], told: bool
) -> None:
    page, act = page.format(company=desk.company), act.format(company=desk.company)
    await comes_back(desk, act, typed, page=page if told else "")


async def comes_back(desk: Desk, act: str, typed: dict[str, str | list[str]], *, page: str = "") -> None:
    asked = await desk.send(act, typed, page=page)
    assert asked.status_code == 403, act
    back = await desk.confirm(asked)
    found = Fields(back.text, act).found
    expected = {name: value if isinstance(value, str) else " ".join(value) for name, value in typed.items()}
    assert {name: found.get(name, "") for name in typed} == expected
    assert "<script>" not in back.text


async def test_chosen_options_are_back_beside_what_was_typed(desk: Desk) -> None:
    ana = desk.people.ana
    twin = await add_company(desk.app.state.database, "甲公司")
    async with desk.app.state.database.reading() as session:
        into = await session.scalar(select(Company.public_id).where(Company.id == twin))
    change = f"/staff/companies/{ana.company_public_id}/change"
    await comes_back(desk, change, {"change": "merge", "into": str(into), "reason": ODD}, page=change)
    late = clock.now() + timedelta(minutes=11)
    with time_machine.travel(late, tick=False):
        give = {"person": desk.people.fin.public_id, "change": "give", "role": "moderator"}
        asked = await desk.send("/staff/roles/changes", give, page="/staff/roles")
        back = (await desk.confirm(asked)).text
    (form,) = re.findall(r"<form[^>]*>(?:(?!</form>).)*?id=\"kept\".*?</form>", back, re.DOTALL)
    assert f'name="person" value="{give["person"]}"' in form
    assert re.findall(r'<option value="(\w+)" selected="">', form) == ["moderator"]


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("/company/members/invite", {"mail": "new@a.example", "role": "finance"}),
        ("/account/tokens/new", {"name": "同步 <1>", "scopes": ["company", "wallet"], "days": "33"}),
        ("/wallet/payouts", {"key": "k", "amount": "12,5"}),
        ("/account/data/erasure", {"confirmation": "注消"}),
    ],
)
async def test_of_companies_and_accounts_as_well(
    app: FastAPI, client: httpx.AsyncClient, act: str, typed: dict[str, str | list[str]]
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"cash_out_closed_because": ""})
    async with desk_of(app, client, is_staff=False) as desk:
        await comes_back(desk, act, typed, page=act)


async def test_a_wrong_code_loses_nothing(desk: Desk) -> None:
    asked = await desk.send("/staff/break-glass", GLASS)
    again = await desk.confirm(asked, code="000 000")
    assert again.status_code == 401
    back = await desk.confirm(again)
    assert Fields(back.text, "/staff/break-glass").found["reason"] == ODD


async def test_it_opens_for_the_session_that_typed_it_and_for_minutes(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk
) -> None:
    asked = await desk.send("/staff/break-glass", GLASS, page="/staff/break-glass")
    form = Fields(asked.text, "/second-factor#kept").found
    other = await add_person(app.state.database, "皮娅", staff_roles=("platform_admin",), second_factor=True)
    totp, _, token = await with_app(app, other)
    mine = client.cookies["top_session"]
    for kept, is_mine, minutes in [
        (form["kept"], False, 0),
        (form["kept"][:-6] + "AAAA==", True, 0),
        ("x", True, 1),
        (form["kept"], True, 11),
    ]:
        carry(client, mine if is_mine else token)
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            code = code_now(desk.totp if is_mine else totp)
            csrf = form_token(client, client.cookies["top_session"])
            answer = await client.post(
                "/second-factor", data=form | {"kept": kept, "code": code, "csrf": csrf}
            )
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/break-glass"), kept[-9:]
        mine = client.cookies["top_session"] if is_mine else mine


async def test_no_secret_is_kept(app: FastAPI, client: httpx.AsyncClient, desk: Desk) -> None:
    typed = {"mail": "new@vendor.example", "password": PASSWORD}
    asked = await desk.send("/account/mail", typed, page="/account/mail")
    ground: Ground = app.state.factors
    kept = ground.forms.open(unescape(Fields(asked.text, "/second-factor#kept").found["kept"]))
    assert "new@vendor.example" in kept
    assert PASSWORD not in kept
    assert "csrf" not in kept
    back = Fields((await desk.confirm(asked)).text, "/account/mail").found
    assert (back["mail"], back["password"]) == ("new@vendor.example", "")


async def test_what_is_gone_meanwhile_leads_to_its_page(desk: Desk) -> None:
    """The form is about something that is not there any more: another one's is not filled in for it."""
    act = f"{desk.company}/lift"
    asked = await desk.send(act, {"freeze": "nothing"}, page=desk.company)
    assert (await desk.confirm(asked)).headers["location"] == desk.company


async def test_what_no_form_of_ours_holds_is_not_kept(desk: Desk) -> None:
    large = GLASS | {"reason": "很" * 60_000}
    back = await desk.confirm(await desk.send("/staff/break-glass", large))
    assert Fields(back.text, "/staff/break-glass").found["reason"] == large["reason"]
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        larger = await desk.send("/staff/break-glass", GLASS | {"reason": "很" * 70_000})
        assert larger.headers["location"] == "/second-factor"


async def test_a_form_without_anything_typed_leads_on_as_before(desk: Desk) -> None:
    answer = await desk.send("/staff/ledger/freezes/x/lift", {}, page="/staff/ledger/appeals")
    assert answer.headers["location"] == "/second-factor?next=/staff/ledger/appeals"
