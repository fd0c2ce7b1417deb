"""Lives a programme through: processes of the real bot on real stores, one after the other, on a virtual clock.

Nothing waits: after each turn the clock goes straight to the next instant at which there is something to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.delivery import Delivery, build_delivery
from bot.settings import Settings
from bot.simulation.client import SimulatedClient
from bot.simulation.clock import VirtualClock
from bot.simulation.expected import wanted_of
from bot.simulation.faults import Fault
from bot.simulation.killing import Fuse, Killed, MortalWork
from bot.simulation.programme import Envelope, Life, furnish
from bot.simulation.records import Ledger, ScheduleTime, Wanted
from bot.simulation.rows import count_items, read_rows
from bot.simulation.slack import SimulatedSlack
from bot.simulation.teams import make_teams
from bot.simulation.weather import Weather
from bot.slack_poster import SlackPoster
from mat.concerns import ConcernBox
from mat.delivery import PostKind
from mat.playbook import load_playbook
from mat.ports import Work
from scheduler.pace import ONE_BY_ONE
from store.concerns import open_concern_box
from store.engine import open_engines
from store.work import SqlWork

A_DAY, AN_HOUR, A_SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
IDLE_AT_MOST = timedelta(hours=12)
TO_SETTLE = timedelta(days=4)
STEPS_OF_A_LIFE = 150
"""How many commits and calls a process lives through on average, for each team."""

PATIENCE = 5
SENT_AGAIN_AFTER = (0, 1, 5)
SLACK_GIVES_UP = timedelta(minutes=10)
DOWN_SECONDS = (1, 1, 1, 5, 5, 61, 61, 600, 600, 7_200, 7_200, 86_400, 259_200)
FAR_AWAY, MANY = datetime(9000, 1, 1, tzinfo=UTC), 1_000_000


async def never(_seconds: float) -> None:
    """The concern store's scrub comes with the keeper's rounds here: nothing may depend on how fast this machine is."""
    await asyncio.Event().wait()


@dataclass
class Simulation:
    """`settings` name fresh stores. The same `seed`, days, teams and faults always give the same ledger."""

    settings: Settings
    days: int
    count: int
    seed: int
    faults: frozenset[Fault]
    lives: int = 0
    turns: list[datetime] = field(default_factory=list)
    failed: int = 0

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.began = self.clock()
        self.until = self.began + timedelta(days=self.days)
        self.next_day = self.began + A_DAY
        self.kept = self.began
        self.playbook = load_playbook()
        self.teams = make_teams(self.count, self._chance("teams"), self.began.date() + A_DAY)
        numbers = self._chance("ids")
        self.new_id = lambda: f"{numbers.getrandbits(128):032x}"
        self.life = Life(self.playbook, self.clock, self.new_id)
        self.days_of_life = self._chance("life")
        self.deaths, self.jitter = self._chance("deaths"), self._chance("jitter")
        self.mail: list[tuple[datetime, Envelope]] = []
        self.fuse = Fuse()
        homes = {place: t.clinic.workspace for t in self.teams for place in (t.clinic.channel, *t.people)}
        self.workspaces = sorted({t.clinic.workspace for t in self.teams})
        blind = frozenset(self.workspaces[1::2] if Fault.NO_HISTORY in self.faults else ())
        weather = Weather(self.faults, self._chance("weather"))
        self.slack = SimulatedSlack(self.clock, weather, self.fuse, homes, blind)

    def _chance(self, what: str) -> Random:
        return Random(f"{self.seed}:{what}")  # noqa: S311 - it has to be the same each time

    async def run(self) -> Ledger:
        """The days, then a calm time in which what waits comes to its end."""
        engines = open_engines(self.settings.database_url)
        for team in self.teams:
            await furnish(SqlWork(engines), team, self.clock())
        await engines.close()
        while self.clock() < self.until:
            await self._process(self.until)
        self.slack.weather.clear()
        await self._process(self.until + TO_SETTLE, settling=True)
        return self._ledger()

    def _ledger(self) -> Ledger:
        occurrences, posts = read_rows(self.settings.database_url)
        wanted: dict[ScheduleTime, Wanted] = {}
        for team in self.teams:
            wanted |= wanted_of(team, self.began, self.until)
        return Ledger(
            until=self.until,
            wanted=wanted,
            occurrences=[one for one in occurrences if one.due_at <= self.until],
            posts=posts,
            copies=self.slack.copies,
            turns=self.turns,
            refused=self.slack.refused,
            unknown=self.slack.unknown,
            # An alarm goes past the outbox, which may be what it is about: neither waits for the other.
            hasty=len({key for told, key in self.slack.hasty if told in posts and key in posts}),
            failed=self.failed,
            asked=self.life.asked,
            items=count_items(self.settings.database_url),
            approved=self.life.approved,
            told=[one for one in occurrences if one.kind is PostKind.SAID],
            calm=not self.faults,
        )

    # -- one process ------------------------------------------------------------------------------------------------

    async def _process(self, until: datetime, *, settling: bool = False) -> None:
        """From its start to its death, or to an instant; after a death nothing happens for a while.

        `settling`: it lives for as long as something that was due waits.
        """
        self.lives += 1
        self.slack.life = self.lives
        async with self._opened() as (work, concerns):
            for post in await _in_doubt(work):
                self.slack.unknown[post] += 1
            if not settling and Fault.KILL in self.faults:
                self.fuse.left = 1 + int(self.deaths.expovariate(1 / (STEPS_OF_A_LIFE * self.count)))
            try:
                await self._live(work, concerns, until, settling=settling)
            except Killed:
                self.clock.pass_by(self.deaths.choice(DOWN_SECONDS))

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[SqlWork, ConcernBox]]:
        at = self.settings
        engines = open_engines(at.database_url)
        try:
            async with open_concern_box(at.database_url, at.data_dir, at.key_dir, self.clock(), sleep=never) as box:
                yield SqlWork(engines), box
        finally:
            await engines.close()

    def _built(self, work: Work, concerns: ConcernBox) -> Delivery:
        return build_delivery(
            MortalWork(work, self.fuse),
            SlackPoster(SimulatedClient(self.slack)),
            concerns,
            self.playbook,
            clock=self.clock,
            new_id=self.new_id,
            jitter=self.jitter.random,
            # One after the other, so that the same seed always lives the same days.
            limits=ONE_BY_ONE,
        )

    async def _live(self, work: Work, concerns: ConcernBox, until: datetime, *, settling: bool) -> None:
        delivery, stuck = self._built(work, concerns), 0
        while self.clock() < until and not (settling and await self._settled(work)):
            now = self.clock()
            if now >= self.next_day:
                await self._new_day(work, concerns, now)
            keep = now - self.kept >= AN_HOUR
            self.failed += len(await delivery.clockwork.turn(keep=keep))
            self.kept = now if keep else self.kept
            self.turns.append(now)
            await self._arrived(work, concerns, now)
            ahead, waits = await self._ahead(delivery, work)
            ahead += [at for at, _ in self.mail]
            stuck = stuck + 1 if waits else 0
            if 0 < stuck <= PATIENCE:
                ahead.append(self.clock() + A_SECOND)
            self.clock.move_to(min([until, *(max(at, now + A_SECOND) for at in ahead)]))

    async def _settled(self, work: Work) -> bool:
        """Whether the planner has looked once more and nothing that was due waits."""
        async with work.reading() as books:
            return self.turns[-1] >= self.until and not await books.outbox.unsettled(self.until + A_SECOND)

    async def _ahead(self, delivery: Delivery, work: Work) -> tuple[list[datetime], bool]:
        """When there may be something to do, and whether a post waits that could go but for its channel."""
        async with work.reading() as books:
            due = await books.outbox.next_due()
            waiting = await books.outbox.ready(FAR_AWAY, MANY)
        later = [post.not_before for post in waiting if post.not_before > self.clock()]
        found = [due, delivery.courier.next_look(), min(later, default=None), self.next_day]
        return [*filter(None, found), self.clock() + IDLE_AT_MOST], len(later) < len(waiting)

    async def _new_day(self, work: Work, concerns: ConcernBox, now: datetime) -> None:
        while self.next_day <= now:
            self.next_day += A_DAY
        if now >= self.until:
            return
        self.slack.weather.new_day(now, [team.clinic.channel for team in self.teams], self.workspaces)
        for team in self.teams:
            name = f"{team.clinic.id} on {now:%Y-%m-%d}"
            self.mail += self._sent(Envelope(name, team, now, self.days_of_life.getrandbits(64)), now)
        await self._arrived(work, concerns, now)

    def _sent(self, envelope: Envelope, now: datetime) -> list[tuple[datetime, Envelope]]:
        """Once, or as often as Slack sends what it thinks was not taken: at once, after a minute, and after five."""
        if Fault.DUPLICATE not in self.faults:
            return [(now, envelope)]
        again = self.days_of_life.sample(SENT_AGAIN_AFTER, self.days_of_life.randint(0, len(SENT_AGAIN_AFTER)))
        return [(now + timedelta(minutes=minutes), envelope) for minutes in (0, *sorted(again))]

    async def _arrived(self, work: Work, concerns: ConcernBox, now: datetime) -> None:
        """What has come by now. What came again while the bot was down for longer than Slack tries is not sent any more."""
        come = [(at, envelope) for at, envelope in self.mail if at <= now]
        self.mail = [one for one in self.mail if one not in come]
        for at, envelope in come:
            if at == envelope.at or now - at < SLACK_GIVES_UP:
                await self.life.arrives(envelope, work, concerns)


async def _in_doubt(work: Work) -> list[str]:
    async with work.reading() as books:
        return [post.id for post in await books.outbox.in_doubt()]
