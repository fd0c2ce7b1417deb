"""A street of made-up clinics where everything is due at eight, a Slack on loopback, and processes to be killed."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random

from bot import database
from mat.clinic import Clinic, Duty
from mat.delivery import Post, PostKind, PostState
from mat.huddles import HuddleSeries, Template
from mat.lanes import lane_of
from mat.schedules import keep_schedules
from messages.marks import REPEAT
from store.concerns import concern_url
from store.work import SqlWork
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import REQUIRED_SCOPES, TEAM, Channel, Person, PostedMessage
from tests.integration.processes.program import Life
from tests.stores import open_work

ROOT = Path(__file__).parents[3]
EIGHT = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)
BEFORE_EIGHT = timedelta(seconds=0.3)
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
NOTES = 2
WORKSPACES = 6
POSTS_A_CLINIC = 3 + NOTES
"""The digest to two people, the agenda and two notes to the channel."""

ROUND_SECONDS = 0.05
ROUNDS = 2_000
CALLS_WITHIN_ROUNDS = 600


@dataclass
class Processes:
    """Children of one program; `ids` of those that live."""

    program: Process
    ids: list[int] = field(default_factory=list)

    async def _ask(self, line: str) -> str:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(f"{line}\n".encode())
        return (await self.program.stdout.readline()).decode().strip()

    async def start(self) -> int:
        self.ids.append(int(await self._ask("start")))
        return self.ids[-1]

    async def kill(self, pid: int) -> None:
        self.ids.remove(pid)
        await self._ask(f"kill {pid}")

    async def freeze(self, pid: int) -> None:
        await self._ask(f"freeze {pid}")

    async def wake(self, pid: int) -> None:
        await self._ask(f"wake {pid}")


@dataclass
class Street:
    """`kills` so far, and what is to be judged at the end."""

    life: Life
    work: SqlWork
    slack: FakeSlack
    processes: Processes
    kills: int = 0

    async def done(self) -> bool:
        """Whether everything that was due is planned, and has its end."""
        async with self.work.reading() as books:
            due = await books.outbox.next_due()
            return (due is None or due > self.life.clock()) and not await books.outbox.unsettled(NEVER)

    async def until_done(self) -> None:
        for _ in range(ROUNDS):
            if await self.done():
                return
            await asyncio.sleep(ROUND_SECONDS)
        async with self.work.reading() as books:
            raise AssertionError(f"still waiting: {(await books.outbox.unsettled(NEVER))[:3]}")

    async def killed_until_done(self, chance: Random, replicas: int) -> None:
        """Kills one of the processes after the other, each after a moment, and starts another in its place."""
        for _ in range(replicas):
            await self.processes.start()
        while not await self.done():
            await self._a_moment(chance)
            await self.processes.kill(chance.choice(self.processes.ids))
            self.kills += 1
            await self.processes.start()

    async def _a_moment(self, chance: Random) -> None:
        """As long as some posts take, now and then none. Looks are not counted: whoever only looks must come to an end of it."""
        posts = len(self.slack.called("chat.postMessage")) + chance.choice((0, 1, 3, 8, 15))
        for _ in range(CALLS_WITHIN_ROUNDS):
            if len(self.slack.called("chat.postMessage")) >= posts or await self.done():
                break
            await asyncio.sleep(ROUND_SECONDS / 10)
        await asyncio.sleep(chance.uniform(0, ROUND_SECONDS))

    async def in_state_sending(self) -> int:
        """How many posts have an intent and no outcome."""
        async with self.work.reading() as books:
            return len(await books.outbox.in_doubt())

    async def posts(self) -> list[Post]:
        """Every post there is, from what is given up and what is sent."""
        async with self.work.reading() as books:
            keys = {key_of(message) for message in self.slack.world.messages}
            sent = [post for key in keys if (post := await books.outbox.get(key))]
            found = [*sent, *await books.outbox.troubled(), *await books.outbox.unsettled(NEVER)]
            return list({post.id: post for post in found}.values())

    def copies(self) -> dict[str, list[PostedMessage]]:
        found: dict[str, list[PostedMessage]] = defaultdict(list)
        for message in self.slack.world.messages:
            found[key_of(message)].append(message)
        return found

    def marked(self) -> int:
        return sum(REPEAT in message.text for message in self.slack.world.messages)


def key_of(message: PostedMessage) -> str:
    return str(message.metadata["event_payload"]["key"])


@asynccontextmanager
async def street(
    url: str, folder: Path, *, clinics: int, chance: Random, history: bool = True
) -> AsyncIterator[Street]:
    """A street a moment before eight, on the empty migrated store at `url`. No process runs yet."""
    for name in ("data", "keys"):
        (folder / name).mkdir(mode=0o700, parents=True)
    database.upgrade(concern_url(url, folder / "data"), database.CONCERNS)
    async with open_work(url) as work:
        await furnish(work, clinics)
        ahead = (EIGHT - BEFORE_EIGHT - datetime.now(UTC)).total_seconds()
        clock = Life(url, str(folder), "", ahead).clock
        async with FakeSlack(clock, takes=lambda: chance.expovariate(1 / 0.01)) as slack:
            people(slack, clinics)
            if not history:
                slack.world.scopes = REQUIRED_SCOPES
            life = Life(url, str(folder), slack.url, ahead)
            program = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.integration.processes.program",
                life.argument,
                cwd=ROOT,
                stdin=PIPE,
                stdout=PIPE,
            )
            made = Street(life, work, slack, Processes(program))
            try:
                yield made
            finally:
                for pid in [*made.processes.ids]:
                    await made.processes.kill(pid)
                program.terminate()
                await program.communicate()


def clinic_of(number: int) -> Clinic:
    return Clinic(
        workspace=f"{TEAM}{number % WORKSPACES}",
        id=f"clinic-{number}",
        name=f"Clinic {number}",
        zone="America/New_York",
        start=date(2027, 1, 4),
        tracks=("sixbb",),
        channel=f"C{number:08d}",
        digest_at=time(8),
        concerns_at=time(17),
        ready=True,
    )


def readers_of(number: int) -> tuple[str, str]:
    return f"U{number:07d}A", f"U{number:07d}B"


def people(slack: FakeSlack, clinics: int) -> None:
    for number in range(clinics):
        channel = clinic_of(number).channel
        slack.world.channels[channel] = Channel(channel, f"team-{number}")
        for user in readers_of(number):
            slack.world.people[user] = Person(user, user.lower())


async def furnish(work: SqlWork, clinics: int) -> None:
    """Clinics with a digest for two and a huddle whose agenda comes at eight, and two notes each for their channels."""
    before = EIGHT - timedelta(minutes=5)
    ids = map("{:032x}".format, count(1))
    async with work.writing() as books:
        for number in range(clinics):
            clinic, at = clinic_of(number), books.at(clinic_of(number))
            await books.clinics.save(clinic)
            await at.roster.set_duty(Duty.GETS_DIGEST, readers_of(number))
            series = HuddleSeries(
                f"h{number}",
                Template.DAILY,
                "Daily huddle",
                "FREQ=DAILY",
                datetime(2027, 1, 4, 8, 10),
                clinic.zone,
                10,
                10,
            )
            await at.huddles.save_series(series)
            await keep_schedules(at, clinic, before)
            for second in range(NOTES):
                due = EIGHT + timedelta(milliseconds=second)
                await books.outbox.add(_note(next(ids), clinic, clinic.channel, due, f"Note {second}"))
            for user in readers_of(number):
                # Where a person's direct messages stand is known from the first one on.
                earlier = _note(next(ids), clinic, user, before, "Earlier")
                await books.outbox.add(
                    replace(earlier, state=PostState.SENT, sent_channel=f"D{user}", sent_ts="1.0", sent_at=before)
                )
        await books.commit()


def _note(id_: str, clinic: Clinic, target: str, due: datetime, note: str) -> Post:
    lane = lane_of(clinic.workspace)
    return Post(id_, clinic.workspace, clinic.id, PostKind.NOTICE, "", target, due, due, lane, note=note)
