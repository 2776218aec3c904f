"""What is left in the books of a company that closes: it stays the company's, and nobody takes it.

Balances are never swept: the accounts keep the company's id, and whoever shows a right to them is paid by a
correction that two people stand for. Earnings that wait still come free, bonuses still lapse at their end.
"""

from sqlalchemy import select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount
from app.features.members.companies.finding import closed_companies, public_ids_of
from app.kit.amount import Amount, asset_named
from app.kit.text import Text


async def left_by(session: ReadSession, company_id: int) -> list[Text]:
    """In words, an account each; nothing where nothing is left."""
    rows = await session.execute(
        select(LedgerAccount.kind, LedgerAccount.asset, LedgerAccount.balance)
        .where(LedgerAccount.company_id == company_id, LedgerAccount.balance != 0)
        .order_by(LedgerAccount.id)
    )
    return [_in_words(row.kind, row.asset, row.balance) for row in rows]


async def left_by_closed(session: ReadSession, *, limit: int) -> list[tuple[str, Text]]:
    """Of all companies that are closed, each account with the company's public id."""
    rows = await session.execute(
        select(LedgerAccount.company_id, LedgerAccount.kind, LedgerAccount.asset, LedgerAccount.balance)
        .where(LedgerAccount.company_id.in_(closed_companies()), LedgerAccount.balance != 0)
        .order_by(LedgerAccount.company_id, LedgerAccount.id)
        .limit(limit)
    )
    found = rows.all()
    companies = await public_ids_of(session, (row.company_id for row in found))
    return [(companies[row.company_id], _in_words(row.kind, row.asset, row.balance)) for row in found]


def _in_words(kind: int, asset: str, balance: int) -> Text:
    account = AccountKind(kind)
    owned = -balance if account is AccountKind.PARTNER_DEBT else balance
    label, amount = account.label, Amount(asset_named(asset), owned).as_text()
    return Text(zh=f"{label.zh} {amount.zh}", en=f"{label.en}: {amount.en}")
