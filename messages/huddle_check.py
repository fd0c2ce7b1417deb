"""After a huddle: did it happen?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from mat.clinic import Clinic
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.message import Message
from messages import block_kit as kit
from messages import huddle_words as words


def check(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    """The question with *Held / Not held*; once answered it says so and leaves the other answer open."""
    value = words.meeting_value(clinic.id, meeting)
    held = kit.button("Held", "mat:huddle:held", value, spoken=f"Held: {series.title}")
    not_held = kit.button("Not held", "mat:huddle:notheld", value, spoken=f"Not held: {series.title}")
    if meeting.state is MeetingState.PLANNED:
        asked = _question(series, meeting, now)
        return kit.message(f"{asked} Held or not held?", [kit.section(asked), kit.actions(held, not_held)])
    said = f"{kit.escape(words.title(series, meeting, now))}: {words.outcome(meeting)}"
    other = {MeetingState.HELD: not_held, MeetingState.NOT_HELD: held}.get(meeting.state)
    return kit.message(said, [kit.section(said), *([kit.actions(other)] if other else [])])


def _question(series: HuddleSeries, meeting: Meeting, now: datetime) -> str:
    local = meeting.at.astimezone(ZoneInfo(series.zone))
    same_day = local.date() == now.astimezone(ZoneInfo(series.zone)).date()
    day = "" if same_day else f" of {kit.day(local)}"
    return f"Did the {kit.clock_time(local)} {local.tzname()} {kit.escape(_in_a_sentence(series.title))}{day} happen?"


def _in_a_sentence(title: str) -> str:
    """`Daily huddle` → `daily huddle`; `MOUD huddle` stays."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title
