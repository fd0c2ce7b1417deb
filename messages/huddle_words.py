"""Words that every message about one huddle shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.message import Block
from messages import block_kit as kit

HERE_SHOWN = 40


def when(meeting: Meeting, zone: str, now: datetime) -> str:
    """The huddle's time in its own zone, the zone named: `today at 9:00 AM EST`, else `Mon, June 14, 9:00 AM EDT`."""
    return moment_words(meeting.at, zone, now)


def moment_words(at: datetime, zone: str, now: datetime | None = None) -> str:
    """The same for any aware instant `at`; always with the day where `now` is not known."""
    local = at.astimezone(ZoneInfo(zone))
    is_today = now is not None and local.date() == now.astimezone(ZoneInfo(zone)).date()
    day = "today at" if is_today else f"{kit.day(local)},"
    return f"{day} {kit.clock_time(local)} {local.tzname()}"


def title(series: HuddleSeries, meeting: Meeting, now: datetime) -> str:
    """`Daily huddle, today at 9:00 AM EST`; a person's words are in it, so escape it for markup."""
    return f"{series.title}, {when(meeting, series.zone, now)}"


def meeting_value(clinic: str, meeting: Meeting) -> str:
    """What a button about one huddle carries: the clinic's id, the series and its naive local time."""
    return kit.pack(clinic=clinic, series=meeting.series, at=meeting.local_at.isoformat())


def outcome(meeting: Meeting) -> str:
    """One sentence for a huddle that is planned no longer."""
    by = f" by <@{meeting.by}>" if meeting.by else ""
    return {
        MeetingState.PLANNED: "Planned.",
        MeetingState.CALLED_OFF: f"Called off{by}.",
        MeetingState.HELD: f"Held, recorded{by}.",
        MeetingState.NOT_HELD: f"Not held, recorded{by}.",
    }[meeting.state]


def who_is_here(users: Sequence[str]) -> str:
    """`Here: …`, or nothing where nobody has said so yet."""
    if not users:
        return ""
    more = f" and {len(users) - HERE_SHOWN} more" if len(users) > HERE_SHOWN else ""
    return f"Here: {', '.join(f'<@{user}>' for user in users[:HERE_SHOWN])}{more}."


def here_blocks(users: Sequence[str]) -> list[Block]:
    return [kit.context(who_is_here(users))] if users else []
