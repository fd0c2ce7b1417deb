"""A mark of the key that receipts are made with, so that another one in its place is noticed

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
works_with = "0004"


def upgrade() -> None:
    op.create_table(
        "concern_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_concern_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("concern_key")
