"""Setting up a clinic: its five steps, what each needs, and who may hold what in a team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from mat.clinic import Clinic, Duty, Member, PersonFacts
from mat.closures import NEVER_CLOSED, Closures
from mat.delivery import PostKind
from mat.errors import (
    BotNotInChannel,
    BotsHaveNoRole,
    ChannelArchived,
    ChannelNotFound,
    ChannelShared,
    ChannelTaken,
    DateInThePast,
    DigestNeedsSomebody,
    GuestsOnlyFacilitate,
    LeadNeeded,
    MatError,
    OneDayOnly,
    PersonLeft,
    PersonNotKnownYet,
    TwoReadersNeeded,
)
from mat.huddles import HuddleSeries, Template
from mat.playbook import Playbook, Role
from mat.ports import ChannelFacts, ClinicBooks
from mat.rhythm import MonthlyByWeekday, Rhythm, Weekly, rhythm_of, rule_of
from mat.schedules import due_times, schedules_of

FACILITATOR = "facilitator"
READERS_AT_LEAST = 2
FIRST_HUDDLE_AT = time(8, 0)


class Step(StrEnum):
    """The screens of `/mat setup`, in order."""

    BASICS = "basics"
    CHANNEL = "channel"
    PEOPLE = "people"
    HOURS = "hours"
    REVIEW = "review"

    @property
    def number(self) -> int:
        return list(Step).index(self) + 1

    @property
    def before(self) -> Step | None:
        steps = list(Step)
        return steps[self.number - 2] if self.number > 1 else None


@dataclass(frozen=True, slots=True)
class Team:
    """Who is who in a clinic, all as Slack user ids. `roles`: playbook role id → people, roles nobody has left out."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leads: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()


def team_of(members: Iterable[Member]) -> Team:
    """The roster the other way round: from roles and duties to people."""
    everybody = tuple(members)
    roles: dict[str, tuple[str, ...]] = {}
    for member in everybody:
        for role in member.roles:
            roles[role] = (*roles.get(role, ()), member.user)
    return Team(
        roles,
        _with(everybody, Duty.LEAD),
        _with(everybody, Duty.READS_CONCERNS),
        _with(everybody, Duty.GETS_DIGEST),
    )


def _with(members: Sequence[Member], duty: Duty) -> tuple[str, ...]:
    return tuple(m.user for m in members if duty in m.duties)


async def save_team(books: ClinicBooks, team: Team, playbook: Playbook) -> None:
    """Makes the roster what `team` says; roles of the playbook that it leaves out become empty."""
    for role in playbook.roles:
        await books.roster.set_role(role, team.roles.get(role, ()))
    await books.roster.set_duty(Duty.LEAD, team.leads)
    await books.roster.set_duty(Duty.READS_CONCERNS, team.readers)
    await books.roster.set_duty(Duty.GETS_DIGEST, team.digest)


def gaps(team: Team, playbook: Playbook) -> tuple[Role, ...]:
    """Roles that nobody has yet, in playbook order."""
    return tuple(role for role in playbook.roles.values() if not team.roles.get(role.id))


def first_missing(clinic: Clinic | None, team: Team, series: Sequence[HuddleSeries]) -> Step:
    """Where to go on with a clinic that is not ready. Its hours are never empty: a huddle stands for that step."""
    if clinic is None or not clinic.name or not clinic.tracks:
        return Step.BASICS
    if not clinic.channel:
        return Step.CHANNEL
    if team_problem(team):
        return Step.PEOPLE
    return Step.REVIEW if series else Step.HOURS


# -- what is refused -------------------------------------------------------------------------------------------------


def team_problem(team: Team) -> MatError | None:
    """What a team still lacks before the bot may post for it; None when it has all."""
    if not team.leads:
        return LeadNeeded()
    if len(set(team.readers)) < READERS_AT_LEAST:
        return TwoReadersNeeded()
    return None if team.digest else DigestNeedsSomebody()


def person_problem(facts: PersonFacts | None, *, role: str = "") -> MatError | None:
    """Why somebody can't hold a duty (no `role`) or a role; None where they can.

    A guest or a person of another organisation may be the facilitator and nothing else. `facts` is None where Slack has
    not told us about the person yet.
    """
    if facts is None:
        return PersonNotKnownYet()
    who = facts.name or "This person"
    if facts.gone:
        return PersonLeft(who=who)
    if facts.bot:
        return BotsHaveNoRole(who=who)
    if (facts.guest or facts.outsider) and role != FACILITATOR:
        return GuestsOnlyFacilitate(who=who)
    return None


def channel_problem(facts: ChannelFacts | None, clinic: Clinic, holder: Clinic | None) -> MatError | None:
    """Why a channel can't be the team's; None where it can. `holder`: the clinic that has it already."""
    if facts is None:
        return ChannelNotFound()
    if holder is not None and holder.id != clinic.id:
        return ChannelTaken(clinic=holder.name)
    if facts.archived:
        return ChannelArchived(channel=facts.name)
    if facts.shared:
        return ChannelShared(channel=facts.name)
    return None if facts.member else BotNotInChannel(channel=facts.name)


def start_problem(start: date, kept: date | None, now: datetime, zone: str) -> MatError | None:
    """A plan starts today or later on the clinic's calendar; a start that was saved earlier (`kept`) stands."""
    if start == kept or start >= now.astimezone(ZoneInfo(zone)).date():
        return None
    return DateInThePast(date=f"{start:%B} {start.day}, {start.year}")


# -- the first huddle ------------------------------------------------------------------------------------------------


def first_rhythm(template: Template, days: Sequence[int]) -> Rhythm:
    """Weekly on `days` (0 is Monday); the improvement team meets once a month, on the first such day.

    Raises `OneDayOnly`.
    """
    if template is not Template.MONTHLY:
        return Weekly(tuple(sorted(set(days))))
    if len(days) != 1:
        raise OneDayOnly
    return MonthlyByWeekday(1, days[0])


def days_of(series: HuddleSeries | None) -> tuple[int, ...]:
    """The weekdays a series falls on, for the form; every working day for a new one."""
    match rhythm_of(series.rule) if series else None:
        case Weekly(days, _):
            return days
        case MonthlyByWeekday(_, day):
            return (day,)
    return (0, 1, 2, 3, 4)


def first_huddle(
    clinic: Clinic,
    playbook: Playbook,
    template: Template,
    days: Sequence[int],
    at: time,
    *,
    series_id: str,
    now: datetime,
) -> HuddleSeries:
    """A huddle of a kind with the playbook's length and lead; `at` is the clinic's wall clock. Raises `OneDayOnly`."""
    agenda = playbook.agendas[template.value]
    series = HuddleSeries(
        id=series_id,
        template=template,
        title=agenda.title,
        rule=rule_of(first_rhythm(template, days)),
        local_start=datetime.combine(clinic.start, at),
        zone=clinic.zone,
        minutes=agenda.minutes,
        minutes_before=agenda.minutes_before,
    )
    return begun_with_plan(series, clinic, now)


def begun_with_plan(series: HuddleSeries, clinic: Clinic, now: datetime) -> HuddleSeries:
    """The series in the clinic's zone, counted from the first day of the plan or from today, whichever is later."""
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    begins = datetime.combine(max(today, clinic.start), series.local_start.time())
    return replace(series, local_start=begins, zone=clinic.zone)


# -- what comes next -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coming:
    """The next post of one schedule. `at` is aware, in the clinic's zone; `local`: naive local time of the thing itself.

    `series` and `title` are the huddle's, empty for everything else.
    """

    kind: PostKind
    at: datetime
    local: datetime
    series: str = ""
    title: str = ""


def coming(
    clinic: Clinic, series: Sequence[HuddleSeries], now: datetime, closures: Closures = NEVER_CLOSED
) -> tuple[Coming, ...]:
    """What the clinic will get first, soonest first, as if it were ready at the aware instant `now`; closed days passed over."""
    titles = {one.id: one.title for one in series}
    zone = ZoneInfo(clinic.zone)
    found = []
    for schedule in schedules_of(replace(clinic, ready=True), series, now):
        due = next((due for due in due_times(schedule, closures) if not due.closed), None)
        if due is not None and schedule.next_at and schedule.kind is not PostKind.HUDDLE_CHECK:
            at = max(due.at, schedule.next_at).astimezone(zone)
            found.append(Coming(schedule.kind, at, due.local, schedule.subject, titles.get(schedule.subject, "")))
    return tuple(sorted(found, key=lambda one: one.at))
