"""Puts the made-up clinics into fresh stores, as if they had used the bot for weeks. Their first huddle is three minutes ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.demo_plan import JUNIPER_PLAN, LARKSPUR_PLAN, DemoConcern, DemoPlan
from bot.demo_world import ANA, ELI, IN_BOTH, JUNIPER_PEOPLE, LARKSPUR_PEOPLE, DemoTeam, clinics
from bot.local_slack import Person
from mat.asks import Ask
from mat.clinic import Clinic
from mat.concerns import ClinicKey, ConcernBox, Draft, Status
from mat.concerns.said import month_of
from mat.huddles import AgendaItem, HuddleSeries, Meeting, MeetingState, Template
from mat.occurrences import local_times
from mat.plan import State, give, set_state
from mat.playbook import Playbook, Role
from mat.ports import Books, ClinicBooks, NewId, Work
from mat.rhythm import WORKING_DAYS, Weekly, rule_of
from mat.schedules import keep_schedules
from mat.zones import in_zone, instant, wall_clock

FIRST_HUDDLE = timedelta(minutes=3)
# Its agenda comes five minutes before, so that it can be seen to arrive.
SECOND_HUDDLE = timedelta(minutes=8)
A_MINUTE = timedelta(minutes=1)
WEEKS_BACK = 3
CONCERNS_DAYS_AGO = 21
ANSWERED_DAYS_AGO = 7
BEFORE_IT_WAS_DONE = timedelta(days=12)


async def seed(work: Work, concerns: ConcernBox, playbook: Playbook, now: datetime, new_id: NewId) -> None:
    """Both clinics, whole, at the aware instant `now`."""
    larkspur, juniper = clinics(wall_clock(now, "America/New_York").date())
    async with work.writing() as books:
        await _clinic(books, larkspur, LARKSPUR_PEOPLE, LARKSPUR_PLAN, playbook.roles, now, new_id)
        await _clinic(books, juniper, JUNIPER_PEOPLE, JUNIPER_PLAN, playbook.roles, now, new_id)
        await _huddles(books, larkspur, "Morning huddle", FIRST_HUDDLE, LARKSPUR_PLAN, ANA, now, new_id)
        await _huddles(books, juniper, "Daily huddle", SECOND_HUDDLE, JUNIPER_PLAN, ELI, now, new_id)
        await books.clinics.remember(larkspur.workspace, IN_BOTH.user_id, larkspur.id)
        await books.commit()
    await _concerns(concerns, ClinicKey(larkspur.workspace, larkspur.id), LARKSPUR_PLAN.concerns, now)


async def _clinic(
    books: Books,
    clinic: Clinic,
    team: DemoTeam,
    plan: DemoPlan,
    roles: Mapping[str, Role],
    now: datetime,
    new_id: NewId,
) -> None:
    await books.clinics.save(clinic)
    at = books.at(clinic)
    for role in roles:
        await at.roster.set_role(role, [person.user_id for person in team.roles.get(role, ())])
    for duty, people in team.duties.items():
        await at.roster.set_duty(duty, [person.user_id for person in people])
    for milestone in plan.steps:
        await _milestone(at, milestone, plan, now, new_id)
    for asked in plan.asks:
        when = now - timedelta(days=asked.days_ago)
        await at.asks.save(Ask(new_id(), asked.text, asked.by.user_id, when))


async def _milestone(at: ClinicBooks, milestone: str, plan: DemoPlan, now: datetime, new_id: NewId) -> None:
    """What is done was moving before, so that the plan has a past."""
    step = plan.steps[milestone]
    row = await at.milestones.row(milestone)
    by, when = step.by.user_id, now - timedelta(days=step.days_ago)
    if step.owner is not None:
        change = give(row, step.owner.user_id, now=when - BEFORE_IT_WAS_DONE, by=by, new_id=new_id())
        await at.milestones.record(change)
        row = change.after
    if step.state is State.DONE:
        begun = set_state(row, State.MOVING, "", now=when - BEFORE_IT_WAS_DONE, by=by, new_id=new_id())
        await at.milestones.record(begun)
        row = begun.after
    await at.milestones.record(set_state(row, step.state, step.note, now=when, by=by, new_id=new_id()))


async def _huddles(
    books: Books,
    clinic: Clinic,
    title: str,
    ahead: timedelta,
    plan: DemoPlan,
    lead: Person,
    now: datetime,
    new_id: NewId,
) -> None:
    at = books.at(clinic)
    series = first_huddle(clinic, title, ahead, now)
    await at.huddles.save_series(series)
    local_now = wall_clock(now, clinic.zone)
    past = [local for local in _until(series, local_now) if local > local_now - timedelta(weeks=WEEKS_BACK)]
    for number, local in enumerate(reversed(past)):
        state = {4: MeetingState.NOT_HELD, 9: MeetingState.CALLED_OFF}.get(number, MeetingState.HELD)
        here = (lead.user_id, IN_BOTH.user_id) if state is MeetingState.HELD else ()
        await at.huddles.save_meeting(Meeting(series.id, local, instant(local, clinic.zone), state, lead.user_id, here))
    for item in plan.items:
        added = now - timedelta(hours=item.hours_ago)
        await at.huddles.add_item(AgendaItem(new_id(), series.id, item.text, item.by.user_id, added))
    await keep_schedules(at, clinic, now)


def _until(series: HuddleSeries, local: datetime) -> list[datetime]:
    found: list[datetime] = []
    for time in local_times(series.rule, series.local_start):
        if time >= local:
            return found
        found.append(time)
    return found


def next_huddle_at(now: datetime, ahead: timedelta) -> datetime:
    """The instant of a huddle `ahead` from now, on the next full minute."""
    return (now + ahead + A_MINUTE).replace(second=0, microsecond=0)


def first_huddle(clinic: Clinic, title: str, ahead: timedelta, now: datetime) -> HuddleSeries:
    """A huddle on working days, and on the weekday it is, whose next time is `next_huddle_at`."""
    coming = in_zone(next_huddle_at(now, ahead), clinic.zone).replace(tzinfo=None)
    days = tuple(sorted({*WORKING_DAYS, coming.weekday()}))
    return HuddleSeries(
        id=f"{clinic.id}-daily",
        template=Template.DAILY,
        title=title,
        rule=rule_of(Weekly(days)),
        local_start=coming - timedelta(weeks=WEEKS_BACK),
        zone=clinic.zone,
        minutes=10,
        minutes_before=5,
    )


async def _concerns(box: ConcernBox, clinic: ClinicKey, raised: tuple[DemoConcern, ...], now: datetime) -> None:
    then = now - timedelta(days=CONCERNS_DAYS_AGO)
    for concern in raised:
        await box.raise_concern(Draft(concern.topic, concern.text), clinic, then)
    await box.release(clinic, then.date())
    by_topic = {concern.topic: concern for concern in raised}
    for listed in (await box.listed(clinic)).concerns:
        known = by_topic[listed.topic]
        await box.set_status(
            clinic,
            listed.id,
            status=known.status,
            sentence=known.sentence,
            topic=known.topic,
            now=now - timedelta(days=ANSWERED_DAYS_AGO),
        )
    await _told_last_month(box, clinic, now)


async def _told_last_month(box: ConcernBox, clinic: ClinicKey, now: datetime) -> None:
    """What is done was told to everybody; the rest waits for a reader's yes."""
    month = month_of(now.replace(day=1) - timedelta(days=1))
    done = {line: line.sentence for line in await box.unsaid(clinic) if line.status is Status.DONE}
    await box.approve(clinic, month, done)
    await box.handed_over(clinic, month)
