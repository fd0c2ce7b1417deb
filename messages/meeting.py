"""What a person is told, privately, after a press on the buttons of one huddle."""

from __future__ import annotations

from datetime import datetime

from mat.clinic import Clinic
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.message import Block, Message
from messages import block_kit as kit
from messages import huddle_words as words
from messages.huddle import called_on_button, series_button

VERBS = {MeetingState.HELD: "held", MeetingState.NOT_HELD: "notheld", MeetingState.CALLED_OFF: "calloff"}
LABELS = {MeetingState.HELD: "Held", MeetingState.NOT_HELD: "Not held", MeetingState.CALLED_OFF: "Called off"}


def _named(series: HuddleSeries, meeting: Meeting, now: datetime) -> str:
    return kit.escape(words.title(series, meeting, now))


def here(series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    text = f"You are marked as here: {_named(series, meeting, now)}."
    return kit.message(text, [kit.section(text)])


def here_already(series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    text = f"You are already marked as here: {_named(series, meeting, now)}."
    return kit.message(text, [kit.section(text)])


def over(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    """The huddle has ended, so nobody can join it or add to it; the next one can be added to."""
    ended = "has been recorded" if meeting.state in VERBS else "is over"
    text = f"That huddle {ended} ({_named(series, meeting, now)}), so I changed nothing."
    if not series.active:
        return kit.message(text, [kit.section(text)])
    add = series_button("Add an item to the next one", "mat:agenda:add", clinic, series)
    return kit.message(text, [kit.section(text), kit.actions(add)])


def called_off(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime, *, posted: bool) -> Message:
    """`posted`: whether its agenda stands in the channel and says so there; else a button tells the channel."""
    told = "" if posted else " Its agenda will not be posted, and the channel does not know yet."
    text = f"*Called off:* {_named(series, meeting, now)}, for everybody.{told}"
    buttons = [called_on_button(clinic, meeting), *_tell(clinic, meeting, posted=posted)]
    return kit.message(text, [kit.section(text), kit.actions(*buttons)])


def _tell(clinic: Clinic, meeting: Meeting, *, posted: bool) -> list[Block]:
    if posted or not clinic.channel:
        return []
    return [kit.button("Tell the channel", "mat:huddle:tell", words.meeting_value(clinic.id, meeting))]


def told(clinic: Clinic) -> Message:
    text = f"I told <#{clinic.channel}>."
    return kit.message(text, [kit.section(text)])


def could_not_tell(clinic: Clinic, code: str) -> Message:
    """`code`: Slack's error code."""
    text = (
        f"Slack did not let me post in <#{clinic.channel}> ({kit.escape(code)}), so the channel does not know. "
        "If I'm not in it, type `/invite @matbot` there and press the button again."
    )
    return kit.message(text, [kit.section(text)])


def called_off_already(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    text = f"{_named(series, meeting, now)} is called off by <@{meeting.by}>."
    return kit.message(text, [kit.section(text), kit.actions(called_on_button(clinic, meeting))])


def on_again(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime, *, posted: bool) -> Message:
    """`posted`: whether its agenda stands in the channel; else its hour may have passed while the huddle was called off."""
    text = f"*It's on again:* {_named(series, meeting, now)}."
    buttons = _tell(clinic, meeting, posted=posted)
    if not buttons:
        return kit.message(text, [kit.section(text)])
    text += " Its agenda does not stand in the channel; you can post it there now."
    return kit.message(text, [kit.section(text), kit.actions(*buttons)])


def on_already(series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    text = f"{_named(series, meeting, now)} is on; it is not called off."
    return kit.message(text, [kit.section(text)])


def recorded(clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime) -> Message:
    """What was recorded, with the other answer beside it."""
    closed = " Its added items are off the agenda." if meeting.state is MeetingState.HELD else ""
    text = f"*{LABELS[meeting.state]}:* {_named(series, meeting, now)}.{closed}"
    other = MeetingState.NOT_HELD if meeting.state is MeetingState.HELD else MeetingState.HELD
    return _with_change(text, clinic, meeting, other)


def recorded_already(
    clinic: Clinic, series: HuddleSeries, meeting: Meeting, now: datetime, wanted: MeetingState
) -> Message:
    """Who recorded what; where that is something else than `wanted`, a button changes it."""
    text = f"{_named(series, meeting, now)}: {words.outcome(meeting)}"
    if meeting.state is wanted:
        return kit.message(text, [kit.section(text)])
    return _with_change(text, clinic, meeting, wanted)


def _with_change(text: str, clinic: Clinic, meeting: Meeting, to: MeetingState) -> Message:
    value = kit.pack(clinic=clinic.id, series=meeting.series, at=meeting.local_at.isoformat(), change="yes")
    button = kit.button(f"Change to “{LABELS[to]}”", f"mat:huddle:{VERBS[to]}", value)
    return kit.message(text, [kit.section(text), kit.actions(button)])
