"""Concerns without a person, a time or an order

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.Column("changed_week", sa.String(), nullable=True),
        sa.Column("answer_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concern_note",
        sa.Column("concern", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_reader", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_back", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("concern", "number", name=op.f("pk_concern_note")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concern_digest",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "clinic", name=op.f("pk_concern_digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concern_batch",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", name=op.f("pk_concern_batch")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("concern_batch")
    op.drop_table("concern_digest")
    op.drop_table("concern_note")
    op.drop_table("concern")
