"""What the made-up people do: they set up their clinics, and on most days something happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.simulation.calendar import ClosedDays
from bot.simulation.readers import readers_day
from bot.simulation.records import ScheduleTime
from bot.simulation.teams import Team
from commands.once import Once
from mat.clinic import Duty
from mat.closures import Closure
from mat.concerns import ClinicKey, ConcernBox, Draft, Release
from mat.errors import DoneAlready
from mat.huddles import AgendaItem, Meeting, MeetingState
from mat.plan import State, plan_of, set_state
from mat.playbook import Playbook
from mat.ports import ClinicBooks, Clock, NewId, Work
from mat.schedules import keep_schedules
from mat.zones import instant, wall_clock

CLOSED_A_DAY, CONCERN_A_DAY, ITEM_A_DAY, STEP_A_DAY, CALLED_OFF_A_DAY = 1 / 60, 1 / 10, 1 / 5, 1 / 3, 1 / 20
AHEAD = timedelta(days=14)
TOPIC = "other"


async def furnish(work: Work, team: Team, now: datetime) -> None:
    """The clinic with its people, its huddles and its schedules."""
    async with work.writing() as books:
        at = books.at(team.clinic)
        await books.clinics.save(team.clinic)
        await at.roster.set_duty(Duty.LEAD, team.leads)
        await at.roster.set_duty(Duty.GETS_DIGEST, team.digest_readers)
        await at.roster.set_duty(Duty.READS_CONCERNS, team.concern_readers)
        for huddle in team.huddles:
            await at.huddles.save_series(huddle.series)
        await keep_schedules(at, team.clinic, now)
        await books.commit()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One day of a team as it reaches the bot. Sent again it is the same one: `seed` decides everything in it."""

    name: str
    team: Team
    at: datetime
    seed: int


class Life:
    """What the teams do. `asked`: how many items they put on agendas, each once.

    `approved`: when somebody said yes to a month's “You said, we did”.
    """

    def __init__(self, playbook: Playbook, clock: Clock, new_id: NewId) -> None:
        self._playbook = playbook
        self._clock = clock
        self._new_id = new_id
        self.asked = 0
        self.approved: dict[ScheduleTime, datetime] = {}

    async def arrives(self, envelope: Envelope, work: Work, concerns: ConcernBox) -> None:
        """The day in one transaction, but for the concerns, which have a store of their own; sent again it does nothing."""
        once = Once(work, envelope.team.clinic.workspace, envelope.name, self._clock)
        day = _Day(envelope, self._playbook, Random(envelope.seed), self._new_id)  # noqa: S311 - the same each time
        try:
            async with once.writing() as books:
                asked = await day.lived(books.at(envelope.team.clinic))
                await books.commit()
        except DoneAlready:
            return
        self.asked += asked
        await day.concern(concerns)
        if said_yes := await day.readers(concerns):
            self.approved[said_yes] = self._clock()


class _Day:
    """One day of a team."""

    def __init__(self, envelope: Envelope, playbook: Playbook, chance: Random, new_id: NewId) -> None:
        self._team = envelope.team
        self._now = envelope.at
        self._playbook = playbook
        self._chance = chance
        self._new_id = new_id

    def _happens(self, likely: float) -> bool:
        return self._chance.random() < likely

    async def lived(self, at: ClinicBooks) -> int:
        """Gives how many items were put on an agenda."""
        asked = await self._huddle(at)
        if self._happens(STEP_A_DAY):
            await self._step(at)
        if self._happens(CLOSED_A_DAY):
            await self._close(at)
        return asked

    async def concern(self, concerns: ConcernBox) -> None:
        if self._happens(CONCERN_A_DAY):
            release = self._chance.choice(list(Release))
            key = ClinicKey(self._team.clinic.workspace, self._team.clinic.id)
            await concerns.raise_concern(Draft(TOPIC, "Made up.", release), key, self._now)

    async def readers(self, concerns: ConcernBox) -> ScheduleTime | None:
        return await readers_day(self._team, concerns, self._now, self._chance)

    async def _huddle(self, at: ClinicBooks) -> int:
        """Tomorrow's daily huddle is called off, or gets an item; today's was held, or was not."""
        team, series = self._team, self._team.huddles[0].series
        for days, choices in ((0, (MeetingState.HELD, MeetingState.NOT_HELD)), (1, (MeetingState.CALLED_OFF,))):
            day = wall_clock(self._now, team.clinic.zone).date() + timedelta(days=days)
            happens = self._happens(CALLED_OFF_A_DAY if days else 1 / 2)
            if happens and team.huddles[0].falls_on(day) and not any(day in span for span in team.closed):
                local = datetime.combine(day, series.local_start.time())
                meeting = Meeting(series.id, local, instant(local, series.zone), self._chance.choice(choices))
                await at.huddles.save_meeting(meeting)
        if not self._happens(ITEM_A_DAY):
            return 0
        await at.huddles.add_item(AgendaItem(self._new_id(), series.id, "Made up", team.people[0], self._now))
        return 1

    async def _step(self, at: ClinicBooks) -> None:
        plan = plan_of(self._team.clinic, self._playbook, await at.milestones.rows())
        if open_ones := [one for one in plan if one.open]:
            row = self._chance.choice(open_ones).row
            state = State.DONE if row.state is State.MOVING else State.MOVING
            change = set_state(row, state, "", now=self._now, by=self._team.people[0], new_id=self._new_id())
            await at.milestones.record(change)

    async def _close(self, at: ClinicBooks) -> None:
        first = wall_clock(self._now, self._team.clinic.zone).date() + AHEAD
        last = first + timedelta(days=self._chance.choice((0, 0, 1, 4)))
        self._team.closed.append(ClosedDays(first, last))
        await at.closures.save(Closure(self._new_id(), first, last, "Made up"))
