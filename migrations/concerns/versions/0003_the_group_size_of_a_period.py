"""The group size that the running period of the digest was promised

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until now it was 5 everywhere.
    op.add_column("concern_digest", sa.Column("k", sa.Integer(), nullable=False, server_default="5"))


def downgrade() -> None:
    op.drop_column("concern_digest", "k")
