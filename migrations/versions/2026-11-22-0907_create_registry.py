"""create registry.

Revision ID: 078e24d598dc
Revises: ae98b0cbb70b
"""

import sqlalchemy as sa
from alembic import op

revision = "078e24d598dc"
down_revision = "ae98b0cbb70b"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "organisation_counts",
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("industry", "province", name=op.f("pk_organisation_counts")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column(
            "name_norm",
            sa.String(length=240).with_variant(sa.String(length=240, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "core",
            sa.String(length=240).with_variant(sa.String(length=240, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "initials",
            sa.String(length=240).with_variant(sa.String(length=240, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("sub_industry", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("province", sa.String(length=40), nullable=True),
        sa.Column("city", sa.String(length=40), nullable=True),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("inferred", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("scale", sa.String(length=60), nullable=True),
        sa.Column("rank", sa.Double(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "provenance IN ('observed', 'curated', 'derived')", name=op.f("ck_organisations_provenance")
        ),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_organisations_status")),
        sa.CheckConstraint("rank BETWEEN 0 AND 1", name=op.f("ck_organisations_rank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisations_public_id")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organisations_alike",
            ["industry", "sub_industry", "level", sa.literal_column("rank DESC"), "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_organisations_alike_any_level",
            ["industry", "sub_industry", sa.literal_column("rank DESC"), "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_organisations_alike_in_city",
            ["city", "industry", "sub_industry", sa.literal_column("rank DESC"), "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_organisations_alike_in_province",
            ["province", "industry", "sub_industry", sa.literal_column("rank DESC"), "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_organisations_core"), ["core"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_initials"), ["initials"], unique=False)
        batch_op.create_index(
            "ix_organisations_known_in_industry",
            ["industry", sa.literal_column("rank DESC"), "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_organisations_name_norm"), ["name_norm"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_updated_at"), ["updated_at"], unique=False)
        batch_op.create_index("uq_organisations_name_place", ["name", "place"], unique=True)

    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=True),
        sa.Column("licence", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_sources_key")),
    )
    op.create_table(
        "organisation_aliases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alias", sa.String(length=60), nullable=False),
        sa.Column(
            "alias_norm",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_aliases_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "kind IN ('short', 'former', 'english', 'curated')", name=op.f("ck_organisation_aliases_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_aliases")),
        sa.UniqueConstraint(
            "organisation_id", "alias", name=op.f("uq_organisation_aliases_organisation_id_alias")
        ),
    )
    with op.batch_alter_table("organisation_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_aliases_alias_norm"), ["alias_norm"], unique=False)

    op.create_table(
        "organisation_sources",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_sources_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_organisation_sources_source_id_sources")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "source_id", name=op.f("pk_organisation_sources")),
    )


def downgrade() -> None:

    op.drop_table("organisation_sources")
    with op.batch_alter_table("organisation_aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_aliases_alias_norm"))

    op.drop_table("organisation_aliases")
    op.drop_table("sources")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index("uq_organisations_name_place")
        batch_op.drop_index(batch_op.f("ix_organisations_updated_at"))
        batch_op.drop_index(batch_op.f("ix_organisations_name_norm"))
        batch_op.drop_index("ix_organisations_known_in_industry")
        batch_op.drop_index(batch_op.f("ix_organisations_initials"))
        batch_op.drop_index(batch_op.f("ix_organisations_core"))
        batch_op.drop_index("ix_organisations_alike_in_province")
        batch_op.drop_index("ix_organisations_alike_in_city")
        batch_op.drop_index("ix_organisations_alike_any_level")
        batch_op.drop_index("ix_organisations_alike")

    op.drop_table("organisations")
    op.drop_table("organisation_counts")
