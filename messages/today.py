"""`/mat` on its own, and the top of Home: what needs you."""

from __future__ import annotations

from datetime import datetime

from mat.clinic import Clinic
from mat.message import Block, Message
from mat.plan import Milestone, State
from mat.today import NextHuddle, TodayReport
from mat.zones import wall_clock
from messages import block_kit as kit
from messages.huddle_words import moment_words
from messages.status import due

NOON, EVENING = 12, 17


def today(report: TodayReport) -> Message:
    head = f"{_greeting(report)}. {_summary(report)}"
    blocks = [kit.section(head), *needs(report), kit.context(_next_huddle(report)), _ways_on(report)]
    names = "; ".join(f"{kit.escape(m.short)}, {_when(m, report)}" for m in report.needs)
    return kit.message(" ".join(filter(None, [head, f"{names}." if names else "", _next_huddle(report)])), blocks)


def _greeting(report: TodayReport) -> str:
    hour = wall_clock(report.now, report.clinic.zone).hour
    part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    name = f", {kit.escape(report.name)}" if report.name else ""
    return f"Good {part}{name}"


def _summary(report: TodayReport) -> str:
    count = len(report.needs) + report.more
    asks = f"{asks_waiting(report.open_asks)} " if report.open_asks else ""
    if count == 0:
        return f"{asks}Nothing in the plan needs you today."
    thing = "One milestone needs" if count == 1 else f"{count} milestones need"
    return f"{asks}{thing} you at {kit.escape(report.clinic.name)}:"


def asks_waiting(count: int) -> str:
    return "1 ask of the team waits for an answer." if count == 1 else f"{count} asks of the team wait for an answer."


def asks_button(clinic: Clinic) -> Block:
    return kit.button("Asks", "mat:go:run#asks", kit.pack(clinic=clinic.id, line="asks"))


def needs(report: TodayReport) -> list[Block]:
    """A row with *Done*, *Move* and *Stuck* for each milestone, or nothing."""
    blocks: list[Block] = []
    for number, milestone in enumerate(report.needs):
        value = kit.pack(clinic=report.clinic.id, milestone=milestone.id)
        blocks.append(kit.section(f"*{kit.escape(milestone.short)}*  ·  {_when(milestone, report)}"))
        verbs = (("Done", "done"), ("Move", "move"), ("Stuck", "stuck"))
        buttons = [
            kit.button(label, f"mat:milestone:{verb}", value, spoken=f"{label}: {milestone.short}")
            for label, verb in verbs
        ]
        blocks.append(kit.actions(*buttons, block_id=f"need-{number}"))
    if report.more:
        blocks.append(kit.context(f"and {report.more} more; `/mat plan` shows the whole plan"))
    return blocks


def _when(milestone: Milestone, report: TodayReport) -> str:
    when = due(milestone, wall_clock(report.now, report.clinic.zone).date())
    if milestone.shows_as(report.now) is State.STUCK:
        waits = f"waiting for {kit.escape(milestone.note)}" if milestone.note else "no change for a while"
        return f"stuck, {waits}, {when}"
    return when


def _next_huddle(report: TodayReport) -> str:
    return next_huddle(report.next_huddle, report.now)


def next_huddle(coming: NextHuddle | None, now: datetime | None = None) -> str:
    """`Next huddle: Daily huddle, Mon, June 14, 9:00 AM CDT.`; with `now`, `today at 9:00 AM CDT` for one of today."""
    return f"Next huddle: {huddle_line(coming, now)}" if coming else huddle_line(coming, now)


def huddle_line(coming: NextHuddle | None, now: datetime | None = None) -> str:
    """The same without its first words, for under a title."""
    if coming is None:
        return "No huddle is planned. `/mat huddle` sets one up."
    return f"{kit.escape(coming.series.title)}, {moment_words(coming.at, coming.series.zone, now)}."


def _ways_on(report: TodayReport) -> Block:
    clinic = report.clinic.id
    asks = [asks_button(report.clinic)] if report.open_asks else []
    return kit.actions(
        kit.button("Status", "mat:go:run#status", kit.pack(clinic=clinic, line="status")),
        kit.button("Huddles", "mat:go:run#huddle", kit.pack(clinic=clinic, line="huddle")),
        *asks,
        kit.button("Raise a concern", "mat:concern:raise"),
        kit.button("Help", "mat:go:run#help", kit.pack(clinic=clinic, line="help")),
    )
