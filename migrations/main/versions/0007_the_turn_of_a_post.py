"""The turn of a post

Revision: 0007, after 0006. A post that older code plans has none, and goes before all that have one.
"""

import sqlalchemy as sa
from alembic import op

from store.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
works_with = "0005"


def upgrade() -> None:
    at_once = sa.text("'1970-01-01 00:00:00.000000'")
    op.add_column("post", sa.Column("turn_at", Instant(), nullable=False, server_default=at_once))
    op.create_index("ix_post_turn", "post", ["state", "lane", "turn_at", "id"])
    # Older code orders by `due_at` and sorts from now on, which it can do for the time of an upgrade.
    op.drop_index("ix_post_lane", table_name="post")


def downgrade() -> None:
    op.create_index("ix_post_lane", "post", ["state", "lane", "due_at", "id"])
    op.drop_index("ix_post_turn", table_name="post")
    op.drop_column("post", "turn_at")
