"""One clinic, its store, a clock moved by hand, and a planner and a courier that can be killed and started again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from mat.clinic import Clinic, Duty
from mat.delivery import Post, PostKind, PostState
from mat.huddles import HuddleSeries, Meeting, MeetingState, Template
from mat.message import Message
from mat.occurrences import instant
from mat.playbook import load_playbook
from mat.ports import Poster, Work
from mat.schedules import keep_schedules
from scheduler.composing import Composer, Compositor, Occasion
from scheduler.courier import Courier
from scheduler.jobs.composers import COMPOSERS
from scheduler.pace import ONE_BY_ONE, Limits
from scheduler.parts import lane_parts
from scheduler.planner import Planner
from tests.fakes.clock import HandClock
from tests.fakes.memory_poster import MemoryPoster

PLAYBOOK = load_playbook()
FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)
NEW_YORK = "America/New_York"
SUNDAY = datetime(2027, 1, 3, 17, 0, tzinfo=UTC)
NINE = datetime(2027, 1, 4, 9)
AGENDA_DUE = datetime(2027, 1, 4, 13, 50, tzinfo=UTC)
LEAD, READER, ADMIN = "U0LEAD001", "U0READER1", "U0ADMIN01"
CHANNEL = "C0TEAM001"
CLINIC = Clinic("T0CLINIC1", "north", "Northside", NEW_YORK, date(2027, 1, 4), ("sixbb",), channel=CHANNEL, ready=True)
DAILY = HuddleSeries("h1", Template.DAILY, "Daily huddle", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NINE, NEW_YORK, 10, 10)


async def digest(occasion: Occasion) -> Message:
    return Message(f"Digest for {occasion.clinic.name}")


async def concern_batch(occasion: Occasion) -> Message:
    return Message("The batch of concerns is here")


async def concern_now(occasion: Occasion) -> Message:
    return Message("A concern is here")


async def said_preview(occasion: Occasion) -> Message:
    return Message("You said, we did: shall it go?")


async def said(occasion: Occasion) -> Message:
    return Message("You said, we did")


PLUGGED_IN: dict[PostKind, Composer] = {
    PostKind.DIGEST: digest,
    PostKind.CONCERN_BATCH: concern_batch,
    PostKind.CONCERN_NOW: concern_now,
    PostKind.SAID_PREVIEW: said_preview,
    PostKind.SAID: said,
}


@dataclass
class House:
    """`work` and `poster` may be replaced by ones that break."""

    work: Work
    clock: HandClock = field(default_factory=lambda: HandClock(SUNDAY))
    poster: MemoryPoster = None  # type: ignore[assignment]  # made below, on the same clock
    composers: dict[PostKind, Composer] = field(default_factory=lambda: {**COMPOSERS, **PLUGGED_IN})
    admins: Sequence[str] = ()
    limits: Limits = ONE_BY_ONE
    ids: Callable[[], str] = field(default_factory=lambda: map("{:032x}".format, count(1)).__next__)

    def __post_init__(self) -> None:
        self.poster = MemoryPoster(self.clock)
        self.start()

    def start(self, work: Work | None = None, poster: Poster | None = None) -> None:
        """A new process on the same store: nothing is remembered but what was committed."""
        using = work or self.work
        self.planner = Planner(using, clock=self.clock, new_id=self.ids, admins=lambda _workspace: self.admins)
        self.courier = Courier(
            lane_parts(
                using,
                poster or self.poster,
                Compositor(self.composers, PLAYBOOK),
                clock=self.clock,
                new_id=self.ids,
                jitter=lambda: 0.0,
                admins=lambda _workspace: self.admins,
                limits=self.limits,
            )
        )

    async def furnish(self, *series: HuddleSeries, clinic: Clinic = CLINIC, lead: bool = True) -> None:
        """Saves the clinic with its people, its huddles and its schedules."""
        async with self.work.writing() as books:
            at = books.at(clinic)
            await books.clinics.save(clinic)
            if lead:
                await at.roster.set_duty(Duty.LEAD, [LEAD])
            await at.roster.set_duty(Duty.GETS_DIGEST, [LEAD])
            await at.roster.set_duty(Duty.READS_CONCERNS, [LEAD, READER])
            for one in series:
                await at.huddles.save_series(one)
            await keep_schedules(at, clinic, self.clock())
            await books.commit()

    async def change(self, series: HuddleSeries) -> None:
        """What `/mat huddle` does: the series and its schedules in one transaction."""
        async with self.work.writing() as books:
            await books.at(CLINIC).huddles.save_series(series)
            await keep_schedules(books.at(CLINIC), CLINIC, self.clock())
            await books.commit()

    async def record(self, state: MeetingState, local_at: datetime = NINE, series: HuddleSeries = DAILY) -> None:
        async with self.work.writing() as books:
            meeting = Meeting(series.id, local_at, instant(local_at, series.zone), state, by=LEAD)
            await books.at(CLINIC).huddles.save_meeting(meeting)
            await books.commit()

    async def add(self, *posts: Post) -> None:
        async with self.work.writing() as books:
            for post in posts:
                await books.outbox.add(post)
            await books.commit()

    def note(self, target: str = CHANNEL, note: str = "Hello", **fields: object) -> Post:
        """A post that needs nothing but its words, due now."""
        now = self.clock()
        post = Post(self.ids(), CLINIC.workspace, CLINIC.id, PostKind.NOTICE, "", target, now, now, 31, note=note)
        return replace(post, **fields)  # type: ignore[arg-type]

    async def pulse(self, times: int = 1) -> None:
        """What the clockwork does with each pulse, a second apart."""
        for number in range(times):
            await self.planner.tick()
            await self.courier.tick()
            if number + 1 < times:
                self.clock.jump_to(self.clock() + timedelta(seconds=1))

    async def at(self, moment: datetime, pulses: int = 4) -> None:
        """Sets the clock and pulses for a few seconds, enough for several posts to one channel."""
        self.clock.jump_to(moment)
        await self.pulse(pulses)

    async def after(self, pulses: int = 1, **delta: float) -> None:
        await self.at(self.clock() + timedelta(**delta), pulses)

    async def post(self, id_: str) -> Post:
        async with self.work.reading() as books:
            found = await books.outbox.get(id_)
        assert found is not None
        return found

    async def waiting(self) -> tuple[Post, ...]:
        """Everything pending, whenever it may go."""
        async with self.work.reading() as books:
            return await books.outbox.ready(FAR_AWAY, 1000)

    async def troubled(self) -> tuple[Post, ...]:
        async with self.work.reading() as books:
            return await books.outbox.troubled()

    async def sent(self) -> tuple[Post, ...]:
        """Everything that stands in Slack, as the records have it."""
        async with self.work.reading() as books:
            found = [await books.outbox.get(one.key) for one in self.poster.attempts]
        return tuple(post for post in dict.fromkeys(found) if post is not None and post.state is PostState.SENT)

    async def states(self, *posts: Post) -> list[PostState]:
        return [(await self.post(post.id)).state for post in posts]
