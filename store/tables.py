"""Tables of the main store. Every row carries its workspace and clinic.

Table classes do not validate what goes in: `mat/` has checked it before. They never leave `store/`: books give back
records.
The store of concerns is another one (`store/concerns/`).
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, DateTime, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import NAMING, Instant

metadata = MetaData(naming_convention=NAMING)


class Table(SQLModel):
    metadata = metadata


def _instant(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Instant(), nullable=nullable, index=index))


def _local(*, primary_key: bool = False) -> Any:
    """A wall-clock time without a zone; SQLModel's own type for `datetime` asks for one."""
    return Field(sa_type=DateTime, primary_key=primary_key)


class ClinicTable(Table, table=True):
    __tablename__ = "clinic"
    __table_args__ = (Index("ix_clinic_channel", "workspace", "channel"),)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    name: str
    zone: str
    start: date
    tracks: str
    word: str
    pace: str
    channel: str
    digest_at: time
    concerns_at: time
    ready: bool


class RosterTable(Table, table=True):
    """One row for each role or duty of a person. `kind` is "role" or "duty"."""

    __tablename__ = "roster"
    __table_args__ = (Index("ix_roster_person", "workspace", "user"),)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    user: str = Field(primary_key=True)


class RememberedClinicTable(Table, table=True):
    """Which clinic a person of several chose last."""

    __tablename__ = "remembered_clinic"

    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    clinic: str


class MilestoneTable(Table, table=True):
    __tablename__ = "milestone"

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    milestone: str = Field(primary_key=True)
    state: str
    note: str
    due: date | None
    owner: str
    changed_at: datetime | None = _instant(nullable=True)
    last_change: str
    shown: bool | None
    short: str
    description: str
    track: str
    block: str


class MilestoneChangeTable(Table, table=True):
    """`before` and `after` are what differs from a milestone nobody has touched, as JSON."""

    __tablename__ = "milestone_change"
    __table_args__ = (
        Index("ix_milestone_change_at", "workspace", "clinic", "at"),
        Index("ix_milestone_change_milestone", "workspace", "clinic", "milestone", "at"),
    )

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    milestone: str
    at: datetime = _instant()
    by: str
    before: str
    after: str
    undoes: str


class HuddleSeriesTable(Table, table=True):
    __tablename__ = "huddle_series"

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    template: str
    title: str
    rule: str
    local_start: datetime = _local()
    zone: str
    minutes: int
    minutes_before: int
    active: bool


class MeetingTable(Table, table=True):
    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_at", "workspace", "clinic", "state", "at"),)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    series: str = Field(primary_key=True)
    local_at: datetime = _local(primary_key=True)
    at: datetime = _instant()
    state: str
    by: str


class AttendanceTable(Table, table=True):
    __tablename__ = "attendance"

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    series: str = Field(primary_key=True)
    local_at: datetime = _local(primary_key=True)
    user: str = Field(primary_key=True)


class AgendaItemTable(Table, table=True):
    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_series", "workspace", "clinic", "series", "closed_at"),)

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    series: str
    text: str
    by: str
    added_at: datetime = _instant()
    closed_at: datetime | None = _instant(nullable=True)


class AskTable(Table, table=True):
    __tablename__ = "ask"
    __table_args__ = (Index("ix_ask_state", "workspace", "clinic", "state"),)

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    text: str
    by: str
    asked_at: datetime = _instant()
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None = _instant(nullable=True)


class ClosureTable(Table, table=True):
    """Closed days. Without days it is a federal holiday that the clinic keeps, and `id` is its name."""

    __tablename__ = "closure"

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    first: date | None
    last: date | None
    label: str


class InstallationTable(Table, table=True):
    """A workspace beside the one of the settings. `sealed`: its tokens, by store/token_seal.py. `admins`: ids, each between spaces."""

    __tablename__ = "installation"

    workspace: str = Field(primary_key=True)
    name: str
    bot: str
    bot_user: str
    admins: str
    sealed: bytes
    added_at: datetime = _instant()
    leaving_at: datetime | None = _instant(nullable=True)


class HandledTable(Table, table=True):
    """What Slack sent and was done: `key` is a hash of Slack's name for it. An hour later the row goes."""

    __tablename__ = "handled"

    workspace: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = _instant()


class ScheduleTable(Table, table=True):
    __tablename__ = "schedule"
    __table_args__ = (Index("ix_schedule_clinic", "workspace", "clinic", "kind", "subject"),)

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    kind: str
    subject: str
    rule: str
    local_start: datetime = _local()
    zone: str
    shift_minutes: int
    next_local: datetime | None = _local()
    next_at: datetime | None = _instant(nullable=True, index=True)
    since: datetime | None = _instant(nullable=True)


class OccurrenceTable(Table, table=True):
    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("schedule", "local_at", name="uq_occurrence_schedule"),)

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    schedule: str
    kind: str
    subject: str
    local_at: datetime = _local()
    due_at: datetime = _instant()
    state: str
    reason: str


class PostTable(Table, table=True):
    """The outbox. A planned post is unique for its occurrence and target; notices and extra copies have none (NULL)."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("occurrence", "target", name="uq_post_occurrence"),
        Index("ix_post_state", "state", "not_before"),
        Index("ix_post_turn", "state", "lane", "turn_at", "id"),
        Index("ix_post_clinic", "workspace", "clinic", "kind", "subject", "local_at"),
    )

    id: str = Field(primary_key=True)
    workspace: str
    clinic: str
    kind: str
    subject: str
    target: str
    due_at: datetime = _instant()
    not_before: datetime = _instant()
    lane: int
    occurrence: str | None
    local_at: datetime | None = _local()
    state: str
    attempts: int
    intent_at: datetime | None = _instant(nullable=True)
    repeat: bool
    extra: bool
    error: str
    note: str
    sent_channel: str
    sent_ts: str
    sent_at: datetime | None = _instant(nullable=True)
    turn_at: datetime = Field(sa_column=Column(Instant(), nullable=False, server_default="1970-01-01 00:00:00.000000"))
