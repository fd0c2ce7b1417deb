"""Several processes on one Postgres, in two workspaces: one is added or leaves, which only one of them hears of.

Everything of the one that leaves is gone from both stores within a minute, nobody posts there any more, and the posts of the other
go on coming, each once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from bot.settings import Settings
from bot.stores import make_new
from bot.workspace_command import removed
from mat.clinic import Clinic
from mat.concerns import ClinicKey, Draft, Release
from mat.installations import Tokens
from mat.notices import notice_of
from mat.schedules import keep_schedules
from store.concerns import tables as concern_tables
from store.engine import sync_url
from store.tables import metadata
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, settings_for, with_clinic
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_methods import World
from tests.fakes.slack_world import ADMIN, TEAM
from tests.integration.test_huddle_agenda import DAILY
from tests.integration.workspaces.test_leaving import UNINSTALLED
from tests.integration.workspaces.two import BOTH, CEDAR, SECRET, THERE, in_team, install

QUICK = {
    "MAT_LEASE_SECONDS": 1,
    "MAT_STALLED_SECONDS": 2,
    "MAT_HEARTBEAT_SECONDS": 0.3,
    "MAT_CHANNEL_GAP_SECONDS": 0.001,
}
AGENDA_DUE = datetime(2027, 1, 4, 14, 20, tzinfo=UTC)
A_LOOK = timedelta(seconds=5)
STEPS = 12
ROUNDS, ROUND_SECONDS = 200, 0.05


@dataclass
class Replicas:
    """`bots`: processes on one database, each with its own memory; `cedar`: what Slack holds of the second workspace."""

    url: str
    folder: Path
    clock: HandClock
    slack: FakeSlack
    cedar: World
    bots: list[BotUnderTest]

    @property
    def settings(self) -> Settings:
        return self.bots[0].bot.settings

    def rows_of(self, team: str) -> list[tuple[str, tuple[object, ...]]]:
        """Every row of every table of both stores that names the workspace."""
        found: list[tuple[str, tuple[object, ...]]] = []
        engine = create_engine(sync_url(self.url))
        with engine.connect() as connection:
            for schema, tables in (("public", metadata), ("concerns", concern_tables.metadata)):
                connection.exec_driver_sql(f"SET search_path = {schema}")
                for table in tables.sorted_tables:
                    found += [(table.name, tuple(row)) for row in connection.execute(select(table))]
        engine.dispose()
        return [(name, row) for name, row in found if team in str(row)]

    def texts(self, team: str) -> list[str]:
        world = self.cedar if team == CEDAR else self.slack.world
        return [message.text for message in world.messages]

    async def note(self, clinic: Clinic, text: str) -> None:
        """A post for the team's channel, due now; whoever has the lane sends it."""
        bot = self.bots[0].bot
        now = bot.desk.clock()
        async with bot.desk.work.writing() as books:
            await books.outbox.add(notice_of(clinic, clinic.channel, text, now, bot.desk.new_id))
            await books.commit()

    async def turns(self, done: Callable[[], bool]) -> None:
        """What all processes do with each pulse, until something has come of it."""
        for _ in range(ROUNDS):
            for one in self.bots:
                assert await one.bot.clockwork.turn() == ()
            if done():
                return
            self.clock.jump_to(self.clock() + timedelta(seconds=ROUND_SECONDS))
            await asyncio.sleep(ROUND_SECONDS)
        raise AssertionError("it does not come to that")

    async def a_minute(self, *, also: Callable[[], Awaitable[None]] | None = None) -> None:
        """Every five seconds each process looks where it is to be, and turns."""
        for _ in range(STEPS):
            self.clock.jump_to(self.clock() + A_LOOK)
            if also is not None:
                await also()
            for one in self.bots:
                await one.bot.workspaces.look()
                await one.bot.clockwork.turn()
            await asyncio.sleep(ROUND_SECONDS)


@asynccontextmanager
async def two_processes(url: str, folder: Path) -> AsyncIterator[Replicas]:
    """Both in the settings' workspace and in Cedar's, each with a clinic that has lived a little. Nothing is due yet."""
    async with AsyncExitStack() as opened:
        clock = HandClock()
        slack = await opened.enter_async_context(FakeSlack(clock))
        cedar = slack.join(CEDAR)
        more = {"MAT_DATABASE_URL": url, "MAT_ADMINS": ADMIN.id, **QUICK}
        await asyncio.to_thread(make_new, settings_for(folder, slack, **more))
        bots = [await opened.enter_async_context(bot_under_test(folder, slack=slack, **more)) for _ in range(2)]
        for one in bots:
            opened.push_async_callback(one.bot.delivery.courier.close, 1)
            opened.callback(one.bot.delivery.courier.stop)
        made = Replicas(url, folder, clock, slack, cedar, bots)
        await install(bots[0], Tokens(cedar.token, cedar.app_token, SECRET), admins=(ADMIN.id,))
        for clinic in BOTH:
            await with_clinic(bots[0], clinic)
            await lived_in(bots[0], clinic)
        yield made


async def lived_in(bot: BotUnderTest, clinic: Clinic) -> None:
    now = bot.clock()
    draft = Draft("caseload", f"Too many of {clinic.workspace}", Release.NOW)
    await bot.bot.concerns.raise_concern(draft, ClinicKey(clinic.workspace, clinic.id), now)
    async with bot.bot.desk.work.writing() as books:
        await books.at(clinic).huddles.save_series(DAILY)
        await keep_schedules(books.at(clinic), clinic, now)
        await books.commit()


@pytest.fixture
async def replicas(postgres_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    async with two_processes(postgres_url, tmp_path) as made:
        yield made


async def test_one_that_was_added_is_served_by_every_process_after_its_next_look(replicas: Replicas) -> None:
    first, second = replicas.bots
    assert first.bot.presences.of(CEDAR) is not None
    assert second.bot.presences.of(CEDAR) is None
    await second.bot.workspaces.look()
    assert second.bot.presences.of(CEDAR) is not None
    await replicas.note(THERE, "Welcome")
    await replicas.turns(lambda: "Welcome" in replicas.texts(CEDAR))
    assert "Welcome" not in replicas.texts(TEAM)


async def test_one_that_leaves_is_let_go_of_by_all_and_gone_within_a_minute(replicas: Replicas) -> None:
    """Only the first process hears of it, a moment before the agendas of both workspaces are due."""
    first, second = replicas.bots
    await second.bot.workspaces.look()
    replicas.clock.jump_to(AGENDA_DUE - A_LOOK)
    assert {name for name, _ in replicas.rows_of(CEDAR)} >= {"clinic", "schedule", "concern", "installation"}
    await first.dispatch(in_team(payloads.event(UNINSTALLED), CEDAR))
    assert first.bot.presences.of(CEDAR) is None
    assert second.bot.presences.of(CEDAR) is not None, "it hears of it with its next look"
    await second.bot.workspaces.look()
    before, numbers = len(replicas.cedar.messages), iter(range(STEPS))

    async def also() -> None:
        await replicas.note(HERE, f"Note {next(numbers)}")

    await replicas.a_minute(also=also)
    assert replicas.rows_of(CEDAR) == []
    assert [one.bot.presences.of(CEDAR) for one in replicas.bots] == [None, None]
    assert len(replicas.cedar.messages) == before
    wanted = {f"Note {number}" for number in range(STEPS)}
    await replicas.turns(lambda: wanted <= set(replicas.texts(TEAM)))
    told = Counter(message.metadata["event_payload"]["key"] for message in replicas.slack.world.messages)
    assert set(told.values()) == {1}
    assert {name for name, _ in replicas.rows_of(TEAM)} >= {"clinic", "schedule", "concern", "post"}


async def test_the_process_that_heard_of_it_dies_and_another_deletes_everything(replicas: Replicas) -> None:
    first, second = replicas.bots
    await second.bot.workspaces.look()
    await first.dispatch(in_team(payloads.event(UNINSTALLED), CEDAR))
    replicas.bots.remove(first)
    assert replicas.rows_of(CEDAR)
    await replicas.a_minute()
    assert replicas.rows_of(CEDAR) == []
    assert second.bot.presences.of(CEDAR) is None
    await replicas.note(HERE, "Still here")
    await replicas.turns(lambda: "Still here" in replicas.texts(TEAM))


async def test_a_process_that_was_away_for_a_minute_leaves_nothing_behind(replicas: Replicas) -> None:
    """It still believes itself there when the rows are gone; what it writes then goes with the next sweep, and it posts nothing."""
    first, late = replicas.bots
    await late.bot.workspaces.look()
    await first.dispatch(in_team(payloads.event(UNINSTALLED), CEDAR))
    replicas.bots.remove(late)
    for _ in range(4):
        replicas.clock.jump_to(replicas.clock() + A_LOOK)
        await first.bot.workspaces.look()
    assert replicas.rows_of(CEDAR) == []
    await with_clinic(late, THERE)
    await replicas.a_minute()
    assert replicas.rows_of(CEDAR) == []
    before = len(replicas.cedar.messages)
    await late.bot.workspaces.look()
    await late.bot.clockwork.turn()
    assert late.bot.presences.of(CEDAR) is None
    assert len(replicas.cedar.messages) == before


async def test_the_command_leaves_the_deletion_to_the_running_processes(replicas: Replicas) -> None:
    await replicas.bots[1].bot.workspaces.look()

    async def meanwhile(_seconds: float) -> None:
        replicas.clock.jump_to(replicas.clock() + A_LOOK)
        for one in replicas.bots:
            await one.bot.workspaces.look()

    said = await removed(replicas.settings, CEDAR, replicas.clock, lambda _question: True, sleep=meanwhile)
    assert "Nothing about Cedar is left" in said
    assert replicas.rows_of(CEDAR) == []
    assert [one.bot.presences.of(CEDAR) for one in replicas.bots] == [None, None]


async def test_the_command_deletes_by_itself_where_no_process_runs(replicas: Replicas) -> None:
    async def nobody(_seconds: float) -> None:
        return

    await removed(replicas.settings, CEDAR, replicas.clock, lambda _question: True, sleep=nobody)
    assert replicas.rows_of(CEDAR) == []
    assert replicas.rows_of(TEAM)
