"""Row-level security: whoever adds a table decides whether it belongs to companies."""

import re

from sqlalchemy import text

from app.db.engine import Database
from app.db.tables import metadata
from tests.architecture.test_shape import ROOT

# Tables without a wall, and why. What names a company or a person of one needs a very good reason.
OPEN = {
    "what anyone may read": {
        "organisations", "organisation_aliases", "organisation_counts", "organisation_redirects",
        "organisation_sources", "sources", "facts", "fact_totals", "peer_counts", "peer_evidence",
        "knowledge_entries", "knowledge_pack",
    },
    "of the registry's upkeep, without a company": {"imports", "import_changes", "notices", "reports"},
    "counts that passed the anonymity rules": {"follow_counts", "follow_count_weeks"},
    "ids of work to do": {"outbox_jobs"},
    "sealed until it is sent, empty afterwards": {"mails"},
    "of staff alone, no company": {"staff_roles"},
    "digests and how often": {"counters"},
    "one row: a number and a hash": {"audit_head"},
    "books: whose they are is known through ledger_accounts alone, behind the wall": {
        "ledger_transfers", "ledger_entries", "ledger_holds", "ledger_bonuses", "ledger_checkpoints",
        "ledger_seals", "ledger_seal_items",
        "ledger_checks",
    },
}  # fmt: skip


async def test_every_table_has_a_wall_or_a_reason_to_be_open(database: Database) -> None:
    if database.is_sqlite:
        return  # the first wall alone
    async with database.reading() as session:
        rows = await session.execute(
            text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relkind = 'r' AND relrowsecurity")
        )
        walled = {row.relname: row.relforcerowsecurity for row in rows}
    assert all(walled.values()), "the owner of the table passes"
    reasons = [table for tables in OPEN.values() for table in tables]
    assert sorted([*walled, *reasons]) == sorted(metadata.tables)


def test_a_table_that_names_a_company_is_not_open() -> None:
    opened = set().union(*OPEN.values())
    naming = {
        table.name
        for table in metadata.sorted_tables
        if any(column.name == "company_id" for column in table.columns)
    }
    assert not naming & opened


def test_whoever_acts_for_the_system_stands_in_the_decision_with_the_reason() -> None:
    """Such code passes the second wall. One's own rows are reached within the own company."""
    acts = re.compile(r"\bact(?:ing_as|_for)\(SYSTEM\)")
    passing = {
        path.relative_to(ROOT).as_posix().removeprefix("app/features/")
        for path in (ROOT / "app").rglob("*.py")
        if acts.search(path.read_text("utf-8"))
    }
    told = (ROOT / "docs/decisions/second-wall.md").read_text("utf-8")
    assert passing == set(re.findall(r"`((?:app|members|ledger)/[\w/]+\.py)`", told)) - {"app/db/walls.py"}
