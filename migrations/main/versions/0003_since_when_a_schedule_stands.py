"""Since when a schedule stands

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from store.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("schedule") as schedule:
        schedule.add_column(sa.Column("since", Instant(), nullable=True))
    # What was due before the upgrade may have been planned by rules that nobody knows any more.
    op.execute("UPDATE schedule SET since = next_at")


def downgrade() -> None:
    with op.batch_alter_table("schedule") as schedule:
        schedule.drop_column("since")
