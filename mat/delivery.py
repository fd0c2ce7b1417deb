"""Scheduled posts: schedules, their occurrences, and the outbox. See docs/architecture.md, "From rule to post"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class PostKind(StrEnum):
    """Every kind of post the bot sends by itself. The timetable says when each comes and how late is too late."""

    HUDDLE_AGENDA = "huddle-agenda"
    HUDDLE_CHECK = "huddle-check"
    WEEKLY_REMINDER = "weekly-reminder"
    DIGEST = "digest"
    CONCERN_BATCH = "concern-batch"
    CONCERN_NOW = "concern-now"
    SAID_PREVIEW = "said-preview"
    SAID = "said"
    CLOSED_DAYS = "closed-days"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule that makes posts. `local_start` and `next_local` are naive local times in `zone`, of the thing itself (a huddle's start).

    `shift_minutes` is from that to the post: −10 is ten minutes before. `next_at`: the aware instant the next post is due, None when
    the rule has ended or the schedule is stopped. `subject`: the id of what it is about (a huddle series), or empty. `since`: when it
    was made or last changed, so that the audit knows which times were never due by it.
    """

    id: str
    workspace: str
    clinic: str
    kind: PostKind
    subject: str
    rule: str
    local_start: datetime
    zone: str
    shift_minutes: int
    next_local: datetime | None
    next_at: datetime | None
    since: datetime | None = None

    def moved(self, next_local: datetime | None, next_at: datetime | None) -> Schedule:
        """The same with another next time."""
        # Not by `replace`, which takes four times as long: at eight o'clock ten thousands of schedules move.
        fixed = (self.id, self.workspace, self.clinic, self.kind, self.subject, self.rule, self.local_start, self.zone)
        return Schedule(*fixed, self.shift_minutes, next_local, next_at, self.since)


class OccurrenceState(StrEnum):
    PLANNED = "planned"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One (schedule, local date-time), unique for ever."""

    id: str
    workspace: str
    clinic: str
    schedule: str
    kind: PostKind
    subject: str
    local_at: datetime
    due_at: datetime
    state: OccurrenceState = OccurrenceState.PLANNED
    reason: str = ""


class PostState(StrEnum):
    """Life of an outbox row: pending → sending → sent | unknown | dead; `dropped`: no longer wanted when its turn came."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"
    DROPPED = "dropped"


AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The turn of a post that goes before everything that has another."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message on its way. `target` is a channel id or, for a DM, a user id; one row for each (occurrence, target).

    `id` is random and travels in Slack's metadata so that a post of unknown outcome can be looked for. `due_at`: when it was meant
    to come; `not_before`: earliest next try. `repeat`: posted again without knowing the first outcome, so marked "(may be a repeat)".
    `extra`: asked for by hand, beside the planned one. `note`: the words of a notice. `turn_at`: what goes sooner where more waits
    than Slack takes (`mat.urgency`).
    """

    id: str
    workspace: str
    clinic: str
    kind: PostKind
    subject: str
    target: str
    due_at: datetime
    not_before: datetime
    lane: int
    occurrence: str = ""
    local_at: datetime | None = None
    state: PostState = PostState.PENDING
    attempts: int = 0
    intent_at: datetime | None = None
    repeat: bool = False
    extra: bool = False
    error: str = ""
    note: str = ""
    sent_channel: str = ""
    sent_ts: str = ""
    sent_at: datetime | None = None
    turn_at: datetime = AT_ONCE
