"""What a purchase of the market will be, for benches and tests: pay, keep the purchase and its grant, tell.

Its tables are made here and never in a migration: the market will have its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, select, text

from app.db.engine import Database, ReadSession
from app.db.rows import NewRow
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Author, Beside, Cause, Download, Key, Posted, RowsBeside
from app.features.ledger.checking import Finding
from app.kit.amount import Amount
from app.kit.text import Text
from app.outbox.recorder import RECORDED, values_of

FEE_BASIS_POINTS = 2_000
_tables = MetaData()
_KEY = BigInteger().with_variant(Integer(), "sqlite")
PURCHASES = Table(
    "skeleton_purchases",
    _tables,
    Column("id", _KEY, primary_key=True),
    Column("buyer_id", BigInteger, nullable=False),
    Column("material_id", BigInteger, nullable=False),
    Column("transfer_id", BigInteger, nullable=False, unique=True),
    Column("gross", BigInteger, nullable=False),
)
GRANTS = Table(
    "skeleton_grants",
    _tables,
    Column("id", _KEY, primary_key=True),
    Column("buyer_id", BigInteger, nullable=False),
    Column("material_id", BigInteger, nullable=False),
    Column("transfer_id", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
)
_ACTIVE = text("state = 'active'")
KEPT = RowsBeside(
    NewRow(
        "skeleton_grants (buyer_id, material_id, transfer_id, state)",
        ":buyer, :material, :transfer, 'active'",
        {"buyer": BigInteger(), "material": BigInteger()},
    ),
    NewRow(
        "skeleton_purchases (buyer_id, material_id, transfer_id, gross)",
        ":buyer, :material, :transfer, :gross",
        {"buyer": BigInteger(), "material": BigInteger(), "gross": BigInteger()},
    ),
    RECORDED,
)
Index("uq_skeleton_grants_active", GRANTS.c.buyer_id, GRANTS.c.material_id, unique=True,
      sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MaterialBought:
    topic: ClassVar[str] = "skeleton.material_bought"
    transfer: str


async def make_tables(owner: Database, *, role: str | None = None) -> None:
    async with owner.engine.begin() as connection:
        await connection.run_sync(_tables.create_all)
        if role is not None:
            for table in _tables.tables:
                await connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}"))
                await connection.execute(text(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {role}"))


async def buy(
    database: Database, *, buyer: int, material: int, price: Amount, authors: Sequence[int], key: Key
) -> Posted:
    """Debit, pay, hold, grant and tell, or nothing. Bought already: refused, and remembered so."""
    given = {"buyer": buyer, "material": material, "gross": price.minor}
    download = Download(
        key=key,
        buyer_id=buyer,
        price=price,
        authors=[Author(company) for company in authors],
        fee_basis_points=FEE_BASIS_POINTS,
        cause=Cause("material", str(material)),
        actor_id=None,
        beside=Beside(
            KEPT,
            lambda public_id: given | values_of(MaterialBought(public_id)),
            "owned",
            Text(zh="贵公司已经拥有这份资料。", en="You have this already."),
        ),
    )
    return await ledger.pay_for_download_alone(database, download)


async def audit(session: ReadSession) -> list[Finding]:
    """I8: one active grant for each buyer and material, each with one posted transfer, and the reverse."""
    rule = Text(zh="授权、购买与转账一一对应", en="grants, purchases and transfers belong together")
    found: list[Finding] = []
    for what, sql in _AUDITS.items():
        for (subject,) in await session.execute(text(sql)):
            found.append(Finding("I8", rule, f"{what} {subject}", ""))
    return found


_AUDITS = {
    "purchase without transfer or grant": """
        SELECT p.id FROM skeleton_purchases p
        LEFT JOIN ledger_transfers t ON t.id = p.transfer_id AND t.state = 'posted' AND t.kind = 4
        LEFT JOIN skeleton_grants g ON g.transfer_id = p.transfer_id
        WHERE t.id IS NULL OR g.id IS NULL LIMIT 20""",
    "sale without purchase": """
        SELECT t.id FROM ledger_transfers t LEFT JOIN skeleton_purchases p ON p.transfer_id = t.id
        WHERE t.kind = 4 AND t.state = 'posted' AND t.cause_kind = 'material' AND p.id IS NULL LIMIT 20""",
    "granted twice": """
        SELECT buyer_id FROM skeleton_grants WHERE state = 'active'
        GROUP BY buyer_id, material_id HAVING count(*) > 1 LIMIT 20""",
}


async def holds_grant(session: ReadSession, buyer: int, material: int) -> bool:
    statement = select(GRANTS.c.id).where(
        GRANTS.c.buyer_id == buyer, GRANTS.c.material_id == material, GRANTS.c.state == "active"
    )
    return await session.scalar(statement) is not None
