"""create staff steps.

Revision ID: 6b92d4e7f013
Revises: 7c2e90d1b5f4
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import OF_COMPANY, lower_wall, raise_wall

revision = "6b92d4e7f013"
down_revision = "7c2e90d1b5f4"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "staff_role_changes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", _KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("change IN ('give', 'take')", name=op.f("ck_staff_role_changes_change")),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'refused', 'withdrawn')", name=op.f("ck_staff_role_changes_state")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by IS NULL "
            "OR (decided_by <> proposed_by AND decided_by <> person_id)",
            name=op.f("ck_staff_role_changes_second_person"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["people.id"], name=op.f(f"fk_staff_role_changes_{column}_people")
            )
            for column in ("person_id", "proposed_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_role_changes_public_id")),
    )
    op.create_index(
        "uq_staff_role_changes_open",
        "staff_role_changes",
        ["person_id", "role"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    _create_break_glass()
    op.create_index("ix_audit_entries_object_id_id", "audit_entries", ["object_id", "id"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    raise_wall("staff_role_changes", own="false", staff=True)
    raise_wall("break_glass_requests", own=OF_COMPANY, staff=True)


def _create_break_glass() -> None:
    op.create_table(
        "break_glass_requests",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ticket", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", _KEY, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_break_glass_requests_state"),
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (opens_until IS NOT NULL)", name=op.f("ck_break_glass_requests_opened")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR decided_by <> requested_by",
            name=op.f("ck_break_glass_requests_second_person"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_break_glass_requests_{column}_{table}")
            )
            for column, table in (
                ("company_id", "companies"),
                ("requested_by", "people"),
                ("decided_by", "people"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_break_glass_requests_public_id")),
    )
    for column in ("company_id", "requested_by", "state"):
        op.create_index(f"ix_break_glass_requests_{column}_id", "break_glass_requests", [column, "id"])


def downgrade() -> None:
    for table in ("break_glass_requests", "staff_role_changes"):
        lower_wall(table)
        op.drop_table(table)
    op.drop_index("ix_audit_entries_at", "audit_entries")
    op.drop_index("ix_audit_entries_object_id_id", "audit_entries")
