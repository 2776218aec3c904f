"""What company A has in the books: a sale, earnings, a payout under way, an objection."""

from app.db.engine import Database
from app.features.ledger import actions as ledger
from app.kit.amount import credits
from tests.authorization.belongings import secret
from tests.features.ledger.books import Books


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
