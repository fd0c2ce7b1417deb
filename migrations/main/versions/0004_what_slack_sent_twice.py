"""What Slack sent and was done

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from store.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handled",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name="pk_handled"),
    )


def downgrade() -> None:
    op.drop_table("handled")
