"""create company life.

Revision ID: ea9c3d939648
Revises: b83e5d20f7a1
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import OF_COMPANY, lower_wall, raise_wall

revision = "ea9c3d939648"
down_revision = "b83e5d20f7a1"
branch_labels = None
depends_on = None

TABLES = (
    "invitations",
    "sponsor_codes",
    "company_documents",
    "verification_requests",
    "company_changes",
)


def upgrade() -> None:
    op.create_table(
        "company_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('suspended', 'reinstated', 'merged')", name=op.f("ck_company_changes_kind")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_changes_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["companies.id"], name=op.f("fk_company_changes_into_id_companies")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_company_changes_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_changes")),
    )
    with op.batch_alter_table("company_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_changes_company_id"), ["company_id"], unique=False)

    op.create_table(
        "company_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_documents_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["people.id"], name=op.f("fk_company_documents_uploaded_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_documents")),
        sa.UniqueConstraint("public_id", name=op.f("uq_company_documents_public_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_company_documents_storage_key")),
    )
    with op.batch_alter_table("company_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_documents_company_id"), ["company_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('admin', 'sales', 'presales', 'finance')", name=op.f("ck_invitations_role")
        ),
        sa.CheckConstraint("state IN ('open', 'accepted', 'withdrawn')", name=op.f("ck_invitations_state")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_invitations_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"], name=op.f("fk_invitations_invited_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_company_id_state", ["company_id", "state"], unique=False)

    op.create_table(
        "sponsor_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_sponsor_codes_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_sponsor_codes_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sponsor_codes_code_hash")),
    )
    with op.batch_alter_table("sponsor_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsor_codes_company_id"), ["company_id"], unique=False)

    op.create_table(
        "verification_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("domain", sa.String(length=254), nullable=True),
        sa.Column("sponsor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("submitted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("appeal_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_verification_requests_decided")
        ),
        sa.CheckConstraint(
            "method IN ('licence', 'domain', 'sponsor')", name=op.f("ck_verification_requests_method")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'verified', 'refused')", name=op.f("ck_verification_requests_state")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_of"],
            ["verification_requests.id"],
            name=op.f("fk_verification_requests_appeal_of_verification_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_verification_requests_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_verification_requests_decided_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["company_documents.id"],
            name=op.f("fk_verification_requests_document_id_company_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["companies.id"], name=op.f("fk_verification_requests_sponsor_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_verification_requests_submitted_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_requests")),
        sa.UniqueConstraint("appeal_of", name=op.f("uq_verification_requests_appeal_of")),
        sa.UniqueConstraint("public_id", name=op.f("uq_verification_requests_public_id")),
    )
    with op.batch_alter_table("verification_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_requests_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            "ix_verification_requests_state_submitted_at", ["state", "submitted_at"], unique=False
        )

    for table in TABLES:
        raise_wall(table, own=OF_COMPANY, staff=True)


def downgrade() -> None:
    for table in TABLES:
        lower_wall(table)
    with op.batch_alter_table("verification_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_verification_requests_state_submitted_at")
        batch_op.drop_index(batch_op.f("ix_verification_requests_company_id"))

    op.drop_table("verification_requests")
    with op.batch_alter_table("sponsor_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sponsor_codes_company_id"))

    op.drop_table("sponsor_codes")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_company_id_state")

    op.drop_table("invitations")
    with op.batch_alter_table("company_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_documents_company_id"))

    op.drop_table("company_documents")
    with op.batch_alter_table("company_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_changes_company_id"))

    op.drop_table("company_changes")
