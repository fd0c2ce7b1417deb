"""Posts by lane

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
works_with = "0005"


def upgrade() -> None:
    op.create_index("ix_post_lane", "post", ["state", "lane", "due_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_post_lane", table_name="post")
