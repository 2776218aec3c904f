"""The settings name who moves money; the worker has it carried out, each minute."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.db.engine import Database
from app.db.tenancy import SYSTEM, act_for
from app.features.ledger import actions as ledger
from app.kit.amount import credits
from app.providers import payment_provider, payout_provider
from app.settings import Settings
from app.worker import collect_daily
from tests.application import settings_for
from tests.features.ledger.books import ANA, BO, Books
from tests.features.ledger.providers import NAME, TOKEN, fake_provider


def test_without_settings_staff_pay_out_and_book_payments() -> None:
    assert payout_provider(Settings()).name == "by_hand"
    assert payment_provider(Settings()) is None


def test_named_providers_are_used() -> None:
    named = Settings(
        payment_secrets={"acme": SecretStr("s" * 40)},
        payment_provider="acme", payment_url="https://pay.example/api", payment_token=SecretStr("t"),
        payout_provider="bank", payout_url="https://bank.example/api", payout_token=SecretStr("t"),
    )  # fmt: skip
    found = payment_provider(named)
    assert found is not None
    assert (found.name, payout_provider(named).name) == ("acme", "bank")


@pytest.mark.parametrize("has_provider", [True, False])
async def test_the_worker_orders_what_was_asked_for(
    sqlite_url: str, tmp_path: Path, has_provider: bool
) -> None:
    act_for(SYSTEM)
    books = Books(Database(sqlite_url))
    await books.prepare()
    await books.top_up(ANA, 100)
    await books.buy(100, BO, fee=0)
    await books.make_due()
    await books.release(BO)
    key = books.key(BO)
    asked = await books.run(
        lambda s: ledger.request_payout(s, key=key, company_id=BO, amount=credits(60), actor_id=None)
    )
    with fake_provider() as fake:
        given = {"payout_provider": NAME, "payout_url": fake.url, "payout_token": SecretStr(TOKEN)}
        settings = settings_for(sqlite_url, tmp_path).model_copy(update=given if has_provider else {})
        await collect_daily(books.database, settings).run_due()
        assert list(fake.ordered) == ([asked.public_id] if has_provider else [])
    await books.check()
    await books.database.close()
