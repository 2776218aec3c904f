"""Row-level security, raised by migrations: the SQL of the second wall (see `app.db.tenancy`).

A migration that creates a table of companies says with `raise_wall` whom it admits; a test finds tables
that nobody decided about. SQLite has no such wall: nothing happens there.
"""

from alembic import op

# Asked once for a statement, or anew for each row.
_ACTOR_NOW, _COMPANY_NOW = (
    "current_setting('top.actor', true)",
    "nullif(current_setting('top.company', true), '')::bigint",
)
_ACTOR = f"(SELECT {_ACTOR_NOW})"
COMPANY = f"(SELECT {_COMPANY_NOW})"  # of the acting member
OF_COMPANY = f"company_id = {COMPANY}"
OF_PERSON = "person_id IN (SELECT id FROM people)"  # itself behind the wall: colleagues alone


def raise_wall(
    table: str, *, own: str, staff: bool = False, shown_to_members: bool = False, each_row: bool = False
) -> None:
    """Admit members to the rows that are `own` (SQL: OF_COMPANY, OF_PERSON), the system to all.

    `staff`: the vendor's people have pages for it. `shown_to_members`: every signed-in member may read it,
    and never change it. `each_row`: its rows stand beside transfers, which several companies may make in one
    statement, each telling who acts. Holds the table's owner too.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    everything = "('system', 'staff')" if staff else "('system')"
    admitted = f"{_ACTOR} IN {everything} OR ({_ACTOR} = 'member' AND ({own}))"
    if each_row:
        admitted = admitted.replace(_ACTOR, _ACTOR_NOW).replace(COMPANY, _COMPANY_NOW)
        assert "SELECT" not in admitted, "what is looked up is looked up once, for whoever comes first"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_company ON {table} USING ({admitted})")
    if shown_to_members:
        op.execute(f"CREATE POLICY shown_to_members ON {table} FOR SELECT USING ({_ACTOR} = 'member')")


def admit_writers(table: str) -> None:
    """Whoever acts may append a row, of any company; reading it is another matter."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY anyone_appends ON {table} FOR INSERT WITH CHECK (true)")


def lower_wall(table: str) -> None:
    """Take back `raise_wall` and `admit_writers`."""
    if op.get_bind().dialect.name == "postgresql":
        for policy in ("own_company", "shown_to_members", "anyone_appends"):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
