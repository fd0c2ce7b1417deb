"""From how many concerns on a clinic's digest shows figures

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concern_group",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", name=op.f("pk_concern_group")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("concern_group")
