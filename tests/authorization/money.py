"""What company A has in the books: a sale, earnings, a payout under way, an objection."""

from app.db.engine import Database
from app.features.ledger import actions as ledger
from app.features.ledger.kinds import AccountKind
from app.features.ledger.payments.receiving import Told, receive
from app.kit.amount import credits
from tests.authorization.belongings import secret
from tests.features.ledger.books import FINANCE, Books


async def earn(database: Database, ids: dict[str, str], *, company: int, buyer: int) -> None:
    books = Books(database)
    await books.top_up(buyer)
    sale = await books.buy(10, company, buyer=buyer)
    await books.make_due()
    await books.release(company)
    kept = await books.buy(10, company, buyer=buyer)
    topped = await books.top_up(company, event=secret("event"))
    payout = await books.run(
        lambda session: ledger.request_payout(
            session, key=books.key(company), company_id=company, amount=credits(5), actor_id=None
        )
    )
    ids |= {"sale": sale.public_id, "hold": kept.public_id, "transfer": topped.public_id}
    ids["payout"] = payout.public_id
    await wait_for_staff(books, ids, company=company)


async def wait_for_staff(books: Books, ids: dict[str, str], *, company: int) -> None:
    """A proposal, a freeze that the company objects to, an event that nobody can place."""
    ids["proposal"] = await books.run(
        lambda session: ledger.propose_budget(session, amount=credits(5), reason="r", actor_id=FINANCE)
    )
    ids["freeze"] = await books.run(
        lambda session: ledger.freeze_account(
            session,
            company_id=company,
            kind=AccountKind.WALLET_PROMO,
            days=7,
            reason=secret("frozen"),
            actor_id=FINANCE,
        )
    )
    ids["appeal"] = await books.run(
        lambda session: ledger.file_appeal(
            session, company_id=company, text=secret("appeal"), actor_id=FINANCE, freeze=ids["freeze"]
        )
    )
    told = Told("acme", "event", "paid", "payment", "NoSuchCompany", "CNY", 100)
    ids["event"] = (await receive(books.database, told)).id
