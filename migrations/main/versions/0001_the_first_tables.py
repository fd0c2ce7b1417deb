"""The first tables

Revision: 0001, after None
"""

import sqlalchemy as sa
from alembic import op

from store.columns import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_item"),
    )
    op.create_index("ix_agenda_item_series", "agenda_item", ["workspace", "clinic", "series", "closed_at"])

    op.create_table(
        "ask",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ask"),
    )
    op.create_index("ix_ask_state", "ask", ["workspace", "clinic", "state"])

    op.create_table(
        "attendance",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("local_at", sa.DateTime(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "series", "local_at", "user", name="pk_attendance"),
    )
    op.create_table(
        "clinic",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("concerns_at", sa.Time(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", name="pk_clinic"),
    )
    op.create_index("ix_clinic_channel", "clinic", ["workspace", "channel"])

    op.create_table(
        "huddle_series",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("local_start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "id", name="pk_huddle_series"),
    )
    op.create_table(
        "meeting",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("local_at", sa.DateTime(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "series", "local_at", name="pk_meeting"),
    )
    op.create_index("ix_meeting_at", "meeting", ["workspace", "clinic", "state", "at"])

    op.create_table(
        "milestone",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.Column("last_change", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=True),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("block", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "milestone", name="pk_milestone"),
    )
    op.create_table(
        "milestone_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_milestone_change"),
    )
    op.create_index("ix_milestone_change_at", "milestone_change", ["workspace", "clinic", "at"])
    op.create_index("ix_milestone_change_milestone", "milestone_change", ["workspace", "clinic", "milestone", "at"])

    op.create_table(
        "occurrence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("local_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint("schedule", "local_at", name="uq_occurrence_schedule"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("local_at", sa.DateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent_at", Instant(), nullable=True),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("sent_channel", sa.String(), nullable=False),
        sa.Column("sent_ts", sa.String(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.UniqueConstraint("occurrence", "target", name="uq_post_occurrence"),
    )
    op.create_index("ix_post_clinic", "post", ["workspace", "clinic", "kind", "subject", "local_at"])
    op.create_index("ix_post_state", "post", ["state", "not_before"])

    op.create_table(
        "remembered_clinic",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "user", name="pk_remembered_clinic"),
    )
    op.create_table(
        "roster",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "clinic", "kind", "value", "user", name="pk_roster"),
    )
    op.create_index("ix_roster_person", "roster", ["workspace", "user"])

    op.create_table(
        "schedule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("local_start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("shift_minutes", sa.Integer(), nullable=False),
        sa.Column("next_local", sa.DateTime(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )
    op.create_index("ix_schedule_clinic", "schedule", ["workspace", "clinic", "kind", "subject"])
    op.create_index("ix_schedule_next_at", "schedule", ["next_at"])


def downgrade() -> None:
    op.drop_table("schedule")
    op.drop_table("roster")
    op.drop_table("remembered_clinic")
    op.drop_table("post")
    op.drop_table("occurrence")
    op.drop_table("milestone_change")
    op.drop_table("milestone")
    op.drop_table("meeting")
    op.drop_table("huddle_series")
    op.drop_table("clinic")
    op.drop_table("attendance")
    op.drop_table("ask")
    op.drop_table("agenda_item")
