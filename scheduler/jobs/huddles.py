"""The agenda before a huddle, and the question after it."""

from __future__ import annotations

from mat.agenda import agenda_report, comes_round, meeting_of
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.message import Message
from messages.agenda import agenda
from messages.huddle_check import check
from scheduler.composing import NotWanted, Occasion, TooLate
from scheduler.missed import CLOSED


async def huddle_agenda(occasion: Occasion) -> Message:
    """The agenda, until the huddle ends."""
    series, meeting = await _huddle(occasion)
    if occasion.now > meeting.ends_at(series.minutes) and not occasion.post.extra:
        raise TooLate
    report = await agenda_report(
        occasion.at, occasion.clinic, occasion.playbook, series, local_at=meeting.local_at, now=occasion.now
    )
    return agenda(report)


async def huddle_check(occasion: Occasion) -> Message:
    """*Held / Not held*, unless somebody has said so already."""
    series, meeting = await _huddle(occasion)
    return check(occasion.clinic, series, meeting, occasion.now)


async def _huddle(occasion: Occasion) -> tuple[HuddleSeries, Meeting]:
    post = occasion.post
    series = await occasion.at.huddles.one(post.subject)
    if series is None or not series.active or post.local_at is None:
        raise NotWanted("series-stopped")
    if not comes_round(series, post.local_at):
        raise NotWanted("moved")
    if closure := (await occasion.at.closures.all()).on(post.local_at.date()):
        raise NotWanted(CLOSED.format(label=closure.label))
    meeting = await meeting_of(occasion.at, series, post.local_at)
    if meeting.state is not MeetingState.PLANNED:
        raise NotWanted(meeting.state.value)
    return series, meeting
