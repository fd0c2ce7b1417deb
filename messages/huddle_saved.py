"""What became of a huddle that was saved, stopped or started again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.clinic import Clinic
from mat.huddle_editing import fingerprint
from mat.huddles import HuddleSeries
from mat.load import Crowded
from mat.message import Block, Message
from mat.zones import in_zone
from messages import block_kit as kit
from messages.crowded import warnings
from messages.huddle import Shown, channel_words, minutes_words, rhythm, series_button


@dataclass(frozen=True, slots=True)
class Saved:
    """A series as it now is. `agenda_at`: when its next agenda comes, aware; None where the clinic is not ready yet.

    `next_at`: the next huddle, aware. `before`: the series before the change, None for a new one.
    """

    series: HuddleSeries
    next_at: datetime | None
    agenda_at: datetime | None
    before: HuddleSeries | None


def saved(look: Shown, done: Saved, *, head: str = "Saved", crowds: Sequence[Crowded] = ()) -> Message:
    """The full rhythm, the next date and time with its zone, and when its agenda comes, or may come; with *Undo* and *Change*."""
    series = done.series
    lines = [f"*{head}:* {kit.escape(series.title)}. {rhythm(series)}, {minutes_words(series.minutes)}."]
    if done.next_at is not None:
        lines.append(f"Next: {_moment(done.next_at, series.zone)}.")
    lines.append(_agenda_in(look, done))
    lines += warnings(crowds)
    undo = kit.button("Undo", "mat:huddle:undo", _undo_value(look.clinic, done), spoken=f"Undo: {series.title}")
    change = series_button("Change", "mat:huddle:change", look.clinic, series)
    text = "\n".join(lines)
    return kit.message(text.replace("\n", " "), [kit.section(text), kit.actions(undo, change, _all(look.clinic))])


def _agenda_in(look: Shown, done: Saved) -> str:
    channel = channel_words(look.clinic)
    if done.agenda_at is None:
        return f"Its agendas come to {channel} once set-up is finished."
    when = "right away" if done.agenda_at <= look.now else _moment(done.agenda_at, done.series.zone)
    before = minutes_words(done.series.minutes_before)
    return f"The agenda comes {before} before in {channel}; the next one {when}."


def _moment(at: datetime, zone: str) -> str:
    local = in_zone(at, zone)
    return f"{kit.day(local)}, {local.year}, {kit.clock_time(local)} {local.tzname()}"


def _undo_value(clinic: Clinic, done: Saved) -> str:
    """What an undo needs: how the series was, and by a short word whether it is still as this change left it."""
    now = fingerprint(done.series)
    if done.before is None:
        return kit.pack(clinic=clinic.id, series=done.series.id, now=now)
    was = done.before
    return kit.pack(
        clinic=clinic.id,
        series=was.id,
        now=now,
        template=was.template.value,
        title=was.title,
        rule=was.rule,
        start=was.local_start.isoformat(),
        minutes=str(was.minutes),
        before=str(was.minutes_before),
        active="yes" if was.active else "",
    )


def stopped(clinic: Clinic, series: HuddleSeries) -> Message:
    text = f"*Stopped:* {kit.escape(series.title)}. I post no more agendas for it; what was recorded is kept."
    again = series_button("Start again", "mat:huddle:startagain", clinic, series)
    return kit.message(text, [kit.section(text), kit.actions(again, _all(clinic))])


def _all(clinic: Clinic) -> Block:
    return kit.button("All huddles", "mat:go:run#huddle", kit.pack(clinic=clinic.id, line="huddle"))


def stopped_already(clinic: Clinic, series: HuddleSeries) -> Message:
    text = f"{kit.escape(series.title)} has been stopped already."
    again = series_button("Start again", "mat:huddle:startagain", clinic, series)
    return kit.message(text, [kit.section(text), kit.actions(again)])


def goes_on_already(series: HuddleSeries) -> Message:
    text = f"{kit.escape(series.title)} is going on already: {rhythm(series)}."
    return kit.message(text, [kit.section(text)])
