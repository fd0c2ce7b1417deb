"""One huddle of a series: which comes next, which waits for its record, and until when it can be joined or recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from mat.agenda import meeting_of
from mat.closures import Closures
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.occurrences import Timed, instant, local_times
from mat.playbook import Agenda, Playbook
from mat.ports import ClinicBooks
from mat.zones import wall_clock

RECORD_FOR = timedelta(days=7)
LOOK_AHEAD = 15
LOOK_THROUGH = 1000
SHOWN = 2
ITEM_TEXT = 250
ITEMS = 12

RECORDED = frozenset({MeetingState.HELD, MeetingState.NOT_HELD})


def is_over(series: HuddleSeries, meeting: Meeting, now: datetime) -> bool:
    """Whether it has ended or been recorded, so that nobody can join it any more."""
    return meeting.state in RECORDED or now >= meeting.ends_at(series.minutes)


def open_times(series: HuddleSeries, closures: Closures, *, after: datetime) -> Iterator[Timed]:
    """The times of a series after an aware instant, closed days left out; looks through a thousand at most."""
    earliest = wall_clock(after, series.zone) - timedelta(days=1)
    for local in islice(local_times(series.rule, series.local_start, after=earliest), LOOK_THROUGH):
        at = instant(local, series.zone)
        if at > after and local.date() not in closures:
            yield Timed(local, at)


async def coming(books: ClinicBooks, series: HuddleSeries, now: datetime) -> AsyncIterator[Meeting]:
    """The huddles that are not over, the one going on included, called-off ones too; none on closed days or of a stopped series."""
    if not series.active:
        return
    after = now - timedelta(minutes=series.minutes)
    for one in islice(open_times(series, await books.closures.all(), after=after), LOOK_AHEAD):
        meeting = await meeting_of(books, series, one.local)
        if not is_over(series, meeting, now):
            yield meeting


async def next_on(books: ClinicBooks, series: HuddleSeries, now: datetime) -> Meeting | None:
    """The huddle going on or the next one, called-off ones passed over."""
    async for meeting in coming(books, series, now):
        if meeting.state is MeetingState.PLANNED:
            return meeting
    return None


async def unrecorded(books: ClinicBooks, series: HuddleSeries, now: datetime) -> Meeting | None:
    """The latest huddle that has ended within seven days and that nobody has called off or recorded."""
    earliest = now - RECORD_FOR
    timed = islice(open_times(series, await books.closures.all(), after=earliest), LOOK_AHEAD)
    ended = [one for one in timed if one.at + timedelta(minutes=series.minutes) <= now]
    if not series.active or not ended:
        return None
    meeting = await meeting_of(books, series, ended[-1].local)
    return meeting if meeting.state is MeetingState.PLANNED else None


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """What `/mat huddle` says of one series. `coming`: the next two huddles, called off or not; `added`: items on its agenda."""

    series: HuddleSeries
    agenda: Agenda
    leader: str
    added: int
    coming: tuple[Meeting, ...]
    unrecorded: Meeting | None


async def series_report(books: ClinicBooks, playbook: Playbook, series: HuddleSeries, now: datetime) -> SeriesReport:
    agenda = playbook.agendas[series.template.value]
    following: list[Meeting] = []
    async for meeting in coming(books, series, now):
        following.append(meeting)
        if len(following) == SHOWN:
            break
    return SeriesReport(
        series=series,
        agenda=agenda,
        leader=playbook.roles[agenda.leader].title,
        added=len(await books.huddles.items(series.id)),
        coming=tuple(following),
        unrecorded=await unrecorded(books, series, now),
    )
