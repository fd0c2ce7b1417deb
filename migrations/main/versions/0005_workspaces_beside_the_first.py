"""Workspaces beside the first

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from store.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("bot_user", sa.String(), nullable=False),
        sa.Column("admins", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("leaving_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", name="pk_installation"),
    )


def downgrade() -> None:
    op.drop_table("installation")
