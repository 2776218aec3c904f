"""raise walls.

Revision ID: 7c31a9e04d52
Revises: 507638196720
"""

from app.db.walls import COMPANY, OF_COMPANY, OF_PERSON, admit_writers, lower_wall, raise_wall

revision = "7c31a9e04d52"
down_revision = "507638196720"
branch_labels = None
depends_on = None

_INVITATION = "person_id IS NULL"  # nobody yet; a link is a hash and the id of what it opens
# Table: which rows are a member's own, and whom it admits beside them and the system.
WALLS = {
    "companies": {"own": f"id = {COMPANY}", "staff": True, "shown_to_members": True},  # profiles
    "people": {"own": OF_COMPANY, "staff": True},
    "sign_in_sessions": {"own": OF_PERSON, "staff": True},  # support ends those of an account in doubt
    "single_use_links": {"own": f"{_INVITATION} OR {OF_PERSON}", "staff": True},  # support starts recoveries
    "audit_entries": {"own": OF_COMPANY, "staff": True},
}


def upgrade() -> None:
    for table, admitted in WALLS.items():
        raise_wall(table, **admitted)
    admit_writers("audit_entries")  # a reader's entry stands with the company that was read


def downgrade() -> None:
    for table in WALLS:
        lower_wall(table)
