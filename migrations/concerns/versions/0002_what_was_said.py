"""What everybody was told of a concern, and what the readers decided about each month

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("concern", sa.Column("said", sa.LargeBinary(), nullable=True))
    op.add_column("concern", sa.Column("said_status", sa.String(), nullable=True))
    op.add_column("concern", sa.Column("said_month", sa.String(), nullable=True))
    op.create_table(
        "concern_said",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "month", name=op.f("pk_concern_said")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("concern_said")
    for name in ("said_month", "said_status", "said"):
        op.drop_column("concern", name)
