"""Closed days

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closure",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "id", name="pk_closure"),
    )


def downgrade() -> None:
    op.drop_table("closure")
