"""What stands on the agenda of one huddle, and on the team's weekly reminder, read from the rows of this moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mat.clinic import Clinic
from mat.huddles import AgendaItem, HuddleSeries, Meeting, Template
from mat.occurrences import instant, next_local
from mat.plan import Milestone, State, due_within, late, plan_of, stuck
from mat.playbook import Agenda, Playbook
from mat.ports import ClinicBooks
from mat.schedules import JUST_BEFORE
from mat.zones import wall_clock

DUE_SOON_DAYS_MONTHLY = 30


@dataclass(frozen=True, slots=True)
class AgendaReport:
    """One huddle and its agenda. `added`: what people put on it; `due` and `stuck`: for the monthly meeting only."""

    clinic: Clinic
    series: HuddleSeries
    meeting: Meeting
    agenda: Agenda
    now: datetime
    added: tuple[AgendaItem, ...] = ()
    due: tuple[Milestone, ...] = ()
    stuck: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderReport:
    """What the team's channel is reminded of: `late` most overdue first, `due` in the next 14 days, earliest first.

    `done`: what was done since it was posted, for a reminder that is shown anew.
    """

    clinic: Clinic
    playbook: Playbook
    now: datetime
    late: tuple[Milestone, ...]
    due: tuple[Milestone, ...]
    done: tuple[Milestone, ...] = ()

    @property
    def nothing(self) -> bool:
        return not self.late and not self.due


def comes_round(series: HuddleSeries, local_at: datetime) -> bool:
    """Whether the series, as it stands now, has a huddle at this naive local time."""
    return series.active and next_local(series.rule, series.local_start, local_at - JUST_BEFORE) == local_at


async def meeting_of(books: ClinicBooks, series: HuddleSeries, local_at: datetime) -> Meeting:
    """The huddle at this naive local time: as it is stored, or as it is planned where nobody has touched it yet."""
    stored = await books.huddles.meeting(series.id, local_at)
    return stored or Meeting(series.id, local_at, instant(local_at, series.zone))


async def agenda_report(
    books: ClinicBooks, clinic: Clinic, playbook: Playbook, series: HuddleSeries, *, local_at: datetime, now: datetime
) -> AgendaReport:
    """The agenda of the huddle at `local_at` (naive local time of the series) as of the aware instant `now`."""
    report = AgendaReport(
        clinic=clinic,
        series=series,
        meeting=await meeting_of(books, series, local_at),
        agenda=playbook.agendas[series.template.value],
        now=now,
        added=await books.huddles.items(series.id),
    )
    if series.template is not Template.MONTHLY:
        return report
    plan = plan_of(clinic, playbook, await books.milestones.rows())
    today = wall_clock(now, clinic.zone).date()
    return replace(report, due=due_within(plan, today, DUE_SOON_DAYS_MONTHLY), stuck=stuck(plan, now))


async def reminder_report(
    books: ClinicBooks, clinic: Clinic, playbook: Playbook, now: datetime, *, done_since: datetime | None = None
) -> ReminderReport:
    """What is due in 14 days and what is late on the clinic's today, and what was done since an aware instant."""
    plan = plan_of(clinic, playbook, await books.milestones.rows())
    today = wall_clock(now, clinic.zone).date()
    done = tuple(m for m in plan if done_since is not None and _done_since(m, done_since))
    return ReminderReport(clinic, playbook, now, late(plan, today), due_within(plan, today), done)


def _done_since(milestone: Milestone, since: datetime) -> bool:
    return milestone.state is State.DONE and milestone.row.changed_at is not None and milestone.row.changed_at >= since
