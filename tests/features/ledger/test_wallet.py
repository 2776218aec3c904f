"""The wallet and its statement, on both faces: plain numbers, each with its cause."""

import csv
import io

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.audit.models import AuditEntry
from tests.features.ledger.people import Cast, cast
from tests.people import add_person, signed_in

EN = {"accept-language": "en"}


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    return await cast(app)


async def sell(people: Cast, *, price: int = 40) -> str:
    """Ana tops up 100, gets 10 as a bonus, and buys of Bo; returns the sale's transfer."""
    await people.books.top_up(people.ana_id, 100, event="pay-77")
    await people.books.allow_bonuses()
    await people.books.bonus(people.ana_id, 10)
    sale = await people.books.buy(price, people.bo_id, buyer=people.ana_id)
    return sale.public_id


async def test_the_wallet_says_in_plain_words_what_there_is(people: Cast, client: httpx.AsyncClient) -> None:
    await sell(people)
    signed_in(client, people.ana)
    shown = (await client.get("/wallet", headers=EN)).text
    assert "70\u00a0credits" in shown
    assert "Payment pay-77" in shown
    signed_in(client, people.bo)
    shown = (await client.get("/wallet", headers=EN)).text
    assert "36\u00a0credits" in shown  # 40 less the fee of a tenth
    assert "the first released on" in shown
    told = (await client.get("/api/v1/wallet")).json()
    assert told["pending"] == {"asset": "CR", "minor": 36_000, "plain": "36"}
    assert told["to_spend"]["minor"] == 0
    assert told["pending_next_at"] == told["pending_last_at"] is not None
    assert told["cash_out_closed_because"]
    await people.books.check()


async def test_a_bonus_is_shown_with_its_end(people: Cast, client: httpx.AsyncClient) -> None:
    await people.books.allow_bonuses()
    await people.books.bonus(people.ana_id, 10)
    signed_in(client, people.ana)
    assert "10\u00a0credits of it are a bonus" in (await client.get("/wallet", headers=EN)).text
    (bonus,) = (await client.get("/api/v1/wallet")).json()["bonuses"]
    assert (bonus["amount"]["plain"], bonus["expires_at"][:2]) == ("10", "20")


async def test_every_line_leads_to_its_transfer_and_its_cause(
    people: Cast, client: httpx.AsyncClient
) -> None:
    sale = await sell(people)
    signed_in(client, people.bo)
    (line,) = (await client.get("/api/v1/wallet/statement")).json()["items"]
    assert (line["transfer"], line["account"], line["kind"]) == (sale, "earnings_pending", "download")
    assert (line["cause"]["kind"], line["amount"]["plain"]) == ("purchase", "36")
    shown = await client.get(f"/wallet/transfers/{sale}", headers=EN)
    assert shown.status_code == 200
    assert "Pending earnings" in shown.text
    assert "Bonus credits" not in shown.text  # the buyer's legs are the buyer's
    legs = (await client.get(f"/api/v1/wallet/transfers/{sale}")).json()["legs"]
    assert [leg["account"] for leg in legs] == ["earnings_pending"]


async def test_the_transfer_of_others_is_as_one_that_does_not_exist(
    people: Cast, client: httpx.AsyncClient
) -> None:
    mine = await people.books.top_up(people.ana_id, 5)
    signed_in(client, people.bo)
    for prefix in ("/wallet", "/api/v1/wallet"):
        theirs = await client.get(f"{prefix}/transfers/{mine.public_id}")
        nobodys = await client.get(f"{prefix}/transfers/OfNobody")
        assert theirs.status_code == nobodys.status_code == 404
    assert (await client.get("/api/v1/wallet/statement")).json() == {"items": [], "next": None}


async def test_pages_of_a_statement_join_without_gap_or_repetition(
    people: Cast, client: httpx.AsyncClient
) -> None:
    await people.books.top_up(people.ana_id, 100)
    for _ in range(6):
        await people.books.buy(1, people.bo_id, buyer=people.ana_id)
    signed_in(client, people.ana)
    seen, cursor = [], None
    while True:
        asked = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/wallet/statement", params=asked)).json()
        seen += [line["balance_after"]["plain"] for line in page["items"]]
        if cursor is None:
            await people.books.top_up(people.ana_id, 1)  # arrives meanwhile, and disturbs nothing
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["94", "95", "96", "97", "98", "99", "100"]


async def test_filters_narrow_by_account_kind_and_day(people: Cast, client: httpx.AsyncClient) -> None:
    await sell(people)
    signed_in(client, people.ana)

    async def kinds(**asked: str) -> list[str]:
        answer = await client.get("/api/v1/wallet/statement", params=asked)
        return [line["kind"] for line in answer.json()["items"]]

    assert await kinds() == ["download", "download", "bonus", "top_up"]
    assert await kinds(kind="top_up") == ["top_up"]
    assert await kinds(account="wallet_promo") == ["download", "bonus"]
    assert await kinds(until="2020-01-01") == []
    assert await kinds(since="2020-01-01") == ["download", "download", "bonus", "top_up"]
    assert await kinds(since="2990-01-01") == []


async def test_a_filter_that_cannot_be_is_named_and_kept(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.ana)
    for asked, field in (
        ({"kind": "gift"}, "kind"),
        ({"account": "platform_revenue"}, "account"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-02-02", "until": "2026-01-01"}, "since"),
        ({"until": "0001-01-01"}, "until"),
    ):
        answer = await client.get("/api/v1/wallet/statement", params=asked)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        page = await client.get("/wallet/statement", params=asked)
        assert page.status_code == 422
        assert f"“{field}”" not in page.text, "a reader knows the form, not the names in the address"


async def test_a_cursor_of_another_list_is_refused(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.ana)
    for cursor in ("x", "AAAA", "%00"):
        answer = await client.get("/api/v1/wallet/statement", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_exports_hold_the_very_amounts(app: FastAPI, people: Cast, client: httpx.AsyncClient) -> None:
    await sell(people)
    signed_in(client, people.ana)
    answer = await client.post("/wallet/statement/export", data={"format": "csv"}, headers=EN)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][4:7] == ["change", "balance after", "unit"]
    assert [row[4] for row in rows[1:]] == ["-30", "-10", "10", "100"]
    answer = await client.post("/wallet/statement/export", data={"format": "xlsx", "kind": "top_up"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    (line,) = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (line[4], line[5], line[6]) == (100, 100, "CR")
    answer = await client.post("/wallet/statement/export", data={"format": "pdf"})
    assert answer.status_code == 422
    async with app.state.database.reading() as session:
        trail = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert trail == ["wallet.export", "wallet.export"]


@pytest.mark.statement(49)
async def test_earnings_move_to_the_wallet_once_for_one_key(people: Cast, client: httpx.AsyncClient) -> None:
    await sell(people)
    await people.books.make_due()
    await people.books.release(people.bo_id)
    signed_in(client, people.bo)
    key = {"Idempotency-Key": "k-1"}
    first = await client.post("/api/v1/wallet/to-wallet", json={"amount": "6.5"}, headers=key)
    again = await client.post("/api/v1/wallet/to-wallet", json={"amount": "6.5"}, headers=key)
    other = await client.post("/api/v1/wallet/to-wallet", json={"amount": "7"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert (first.json()["replayed"], again.json()["replayed"]) == (False, True)
    assert first.json()["transfer"] == again.json()["transfer"]
    page = await client.post("/wallet/to-wallet", data={"amount": "1", "key": "k-2"})
    assert page.headers["location"] == "/wallet?done=moved"
    told = (await client.get("/api/v1/wallet")).json()
    assert (told["spendable"]["plain"], told["available"]["plain"]) == ("7.5", "28.5")
    await people.books.check()


@pytest.mark.statement(50)
async def test_amounts_that_are_none_are_refused_on_both_faces(
    people: Cast, client: httpx.AsyncClient
) -> None:
    signed_in(client, people.bo)
    for number, amount in enumerate(["-1", "0", "1.0005", "1e30", "1" + "0" * 30, "NaN", "", "1e３"]):
        answer = await client.post(
            "/api/v1/wallet/to-wallet", json={"amount": amount}, headers={"Idempotency-Key": f"k{number}"}
        )
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "amount"), amount
        page = await client.post("/wallet/to-wallet", data={"amount": amount, "key": f"p{number}"})
        assert page.status_code == 422
    assert await people.books.transfers() == 0


async def test_moving_credits_without_a_key_is_refused(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.bo)
    answer = await client.post("/api/v1/wallet/to-wallet", json={"amount": "1"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    answer = await client.post(
        "/api/v1/wallet/to-wallet", json={"amount": "1"}, headers={"Idempotency-Key": "k" * 101}
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


async def test_cash_out_says_why_it_is_closed_and_works_when_open(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    await sell(people)
    await people.books.make_due()
    await people.books.release(people.bo_id)
    signed_in(client, people.bo)
    key = {"Idempotency-Key": "k-1"}
    reason = app.state.settings.cash_out_closed
    for language, told in (("en", reason.en), ("zh", reason.zh)):
        spoken = {"accept-language": language}
        closed = await client.post("/api/v1/wallet/payouts", json={"amount": "5"}, headers=key | spoken)
        assert closed.status_code == 403
        assert told in closed.json()["detail"]
        wallet = (await client.get("/api/v1/wallet", headers=spoken)).json()
        assert wallet["cash_out_closed_because"] == told
        assert f"<p>{told}</p>" in (await client.get("/wallet/payouts", headers=spoken)).text
    app.state.settings = app.state.settings.model_copy(update={"cash_out_closed_because": ""})
    paid = await client.post("/api/v1/wallet/payouts", json={"amount": "5"}, headers=key)
    assert paid.status_code == 200
    (payout,) = (await client.get("/api/v1/wallet/payouts")).json()["items"]
    assert (payout["state"], payout["amount"]["plain"]) == ("requested", "5")
    page = await client.post(f"/wallet/payouts/{payout['id']}/cancel")
    assert page.headers["location"] == "/wallet/payouts?done=cancelled"
    assert (await client.get("/api/v1/wallet")).json()["available"]["plain"] == "36"
    await people.books.check()


async def test_a_hold_can_be_objected_to_once_by_its_owner(people: Cast, client: httpx.AsyncClient) -> None:
    sale = await sell(people)
    signed_in(client, people.ana)
    body = {"text": "已交付", "transfer": sale}
    assert (await client.post("/api/v1/wallet/appeals", json=body)).status_code == 404
    signed_in(client, people.bo)
    filed = await client.post("/wallet/appeals", data=body)
    assert filed.headers["location"] == "/wallet/holds?done=filed"
    assert (await client.post("/api/v1/wallet/appeals", json=body)).status_code == 409
    (appeal,) = (await client.get("/api/v1/wallet/appeals")).json()["items"]
    assert (appeal["state"], appeal["transfer"]) == ("open", sale)
    assert "申诉正在处理" in (await client.get("/wallet/holds")).text
    empty = await client.post("/wallet/appeals", data={"text": " ", "transfer": sale})
    assert empty.status_code == 422


async def test_who_may_only_look_cannot_move(app: FastAPI, people: Cast, client: httpx.AsyncClient) -> None:
    looker = await add_person(
        app.state.database, "看", company_id=people.bo_id, role="presales", second_factor=True
    )
    signed_in(client, looker)
    assert (await client.get("/wallet")).status_code == 200
    answer = await client.post(
        "/api/v1/wallet/to-wallet", json={"amount": "1"}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 403
    assert (await client.get("/api/v1/wallet/payouts")).status_code == 403


async def test_pages_speak_both_languages_and_only_to_members(
    people: Cast, client: httpx.AsyncClient
) -> None:
    paths = ("/wallet", "/wallet/statement", "/wallet/holds", "/wallet/statement/print")
    await sell(people)
    for path in paths:
        assert (await client.get(path)).status_code == 303
    signed_in(client, people.fin)
    for path in paths:
        assert (await client.get(path)).status_code == 404
    for who in (people.ana, people.bo):
        signed_in(client, who)
        for path in paths:
            for language in ("zh-CN", "en"):
                assert (await client.get(path, headers={"accept-language": language})).status_code == 200
