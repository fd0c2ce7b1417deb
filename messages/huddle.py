"""`/mat huddle`: every series with its next time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.clinic import Clinic
from mat.huddle_editing import DAY, HOUR, WEEK
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.meetings import SeriesReport
from mat.message import Block, Message
from mat.rhythm import in_words, rhythm_of
from mat.zones import in_zone
from messages import block_kit as kit
from messages import huddle_words as words
from messages.zone_words import zone_words

STOPPED_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """Who looks and when. `now` is aware; `may_change`: whether the buttons that change things are shown."""

    clinic: Clinic
    now: datetime
    may_change: bool


def huddles(look: Shown, going: Sequence[SeriesReport], stopped: Sequence[HuddleSeries]) -> Message:
    """Every series that goes on, then what was stopped."""
    rows: list[Block] = [kit.header(f"{look.clinic.name}: huddles")]
    if not going:
        rows.append(kit.section(_empty(look)))
    for report in going:
        rows += _series(look, report)
    if look.may_change:
        new = kit.button(
            "New huddle", "mat:huddle:new", kit.pack(clinic=look.clinic.id), style=None if going else "primary"
        )
        rows.append(kit.actions(new))
    rows += [_stopped(look, series) for series in stopped[:STOPPED_SHOWN]]
    spoken = " ".join(f"{kit.escape(r.series.title)}: {rhythm(r.series)}. {_next(look, r)}" for r in going)
    return kit.message(spoken or _empty(look), rows)


def _empty(look: Shown) -> str:
    text = (
        "No huddle goes on yet. A huddle is a short meeting that comes again; before each one I post its agenda here."
    )
    return text.replace("here.", f"in {channel_words(look.clinic)}.")


def channel_words(clinic: Clinic) -> str:
    return f"<#{clinic.channel}>" if clinic.channel else "the team's channel"


def _series(look: Shown, report: SeriesReport) -> list[Block]:
    series = report.series
    lines = [
        f"*{kit.escape(series.title)}*  ·  {rhythm(series)}, {minutes_words(series.minutes)}",
        f"{_next(look, report)} {_agenda_comes(look.clinic, series)}",
        f"Led by: {kit.escape(report.leader)}. {len(report.agenda.items)} topics, {_added(report.added)}.",
    ]
    rows: list[Block] = [kit.section("\n".join(lines))]
    if look.may_change:
        rows.append(kit.actions(*_series_buttons(look, report)))
    if report.unrecorded is not None:
        rows.append(kit.section(f"Did it happen {words.when(report.unrecorded, series.zone, look.now)}?"))
        if look.may_change:
            rows.append(kit.actions(*record_buttons(look.clinic, series, report.unrecorded)))
    return rows


def rhythm(series: HuddleSeries) -> str:
    """`Mon, Wed and Fri at 9:00 AM Eastern time (New York)`."""
    clock = f"{kit.clock_time(series.local_start)} {zone_words(series.zone)}"
    found = rhythm_of(series.rule)
    return in_words(found, clock) if found else f"At {clock}, on days of its own"


def _next(look: Shown, report: SeriesReport) -> str:
    if not report.coming:
        return "No more huddles are planned."
    first, *then = report.coming
    when = words.when(first, report.series.zone, look.now)
    if first.state is not MeetingState.CALLED_OFF:
        return f"Next: {when}." if first.at > look.now else f"On now: it began {when}."
    after = f" Then: {words.when(then[0], report.series.zone, look.now)}." if then else ""
    return f"Next: {when} is called off by <@{first.by}>.{after}"


def _agenda_comes(clinic: Clinic, series: HuddleSeries) -> str:
    return f"I post the agenda {minutes_words(series.minutes_before)} before in {channel_words(clinic)}."


def minutes_words(minutes: int) -> str:
    """`10 minutes`, `1 hour`, `2 days`, `1 week`."""
    for size, name in ((WEEK, "week"), (DAY, "day"), (HOUR, "hour")):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _added(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'} added"


def _series_buttons(look: Shown, report: SeriesReport) -> list[Block]:
    series = report.series
    buttons = [series_button("Add an item", "mat:agenda:add", look.clinic, series)]
    if report.coming:
        first = report.coming[0]
        called_off = first.state is MeetingState.CALLED_OFF
        buttons.append(called_on_button(look.clinic, first) if called_off else _call_off_button(look, series, first))
    sure = kit.confirm(
        "Stop this huddle?",
        "I post no more agendas for it. What was recorded is kept, and you can start it again.",
        "Stop",
        "Keep it",
    )
    buttons.append(series_button("Change", "mat:huddle:change", look.clinic, series))
    value = kit.pack(clinic=look.clinic.id, series=series.id)
    buttons.append(kit.button("Stop", "mat:huddle:stop", value, confirm=sure, spoken=f"Stop: {series.title}"))
    return buttons


def _call_off_button(look: Shown, series: HuddleSeries, meeting: Meeting) -> Block:
    title = words.title(series, meeting, look.now)
    sure = kit.confirm("Call this huddle off?", f"{kit.cut(title, 150)}: for everybody.", "Call it off", "Keep it")
    value = words.meeting_value(look.clinic.id, meeting)
    is_today = in_zone(meeting.at, series.zone).date() == in_zone(look.now, series.zone).date()
    label = "Not today" if is_today else f"Not on {kit.day(in_zone(meeting.at, series.zone))}"
    return kit.button(label, "mat:huddle:calloff", value, confirm=sure, spoken=f"{label}: {series.title}")


def called_on_button(clinic: Clinic, meeting: Meeting) -> Block:
    return kit.button("It's on again", "mat:huddle:calledon", words.meeting_value(clinic.id, meeting))


def record_buttons(clinic: Clinic, series: HuddleSeries, meeting: Meeting) -> list[Block]:
    value = words.meeting_value(clinic.id, meeting)
    return [
        kit.button("Held", "mat:huddle:held", value, spoken=f"Held: {series.title}"),
        kit.button("Not held", "mat:huddle:notheld", value, spoken=f"Not held: {series.title}"),
    ]


def series_button(label: str, action: str, clinic: Clinic, series: HuddleSeries) -> Block:
    value = kit.pack(clinic=clinic.id, series=series.id)
    return kit.button(label, action, value, spoken=f"{label}: {series.title}")


def _stopped(look: Shown, series: HuddleSeries) -> Block:
    again = series_button("Start again", "mat:huddle:startagain", look.clinic, series) if look.may_change else None
    return kit.section(f"Stopped: {kit.escape(series.title)}  ·  {rhythm(series)}", accessory=again)
