"""A workspace that takes the app out, or is removed, is let go of at once and gone within a minute; a token in doubt deletes nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mat.concerns import ClinicKey, Draft, Release
from mat.installations import Tokens
from mat.notices import notice_of
from mat.schedules import keep_schedules
from store.concerns import tables as concern_tables
from store.tables import metadata
from tests.bot_under_test import HERE, bot_under_test
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import BOT_USER, LEAD, TEAM, refuses
from tests.integration.test_huddle_agenda import DAILY
from tests.integration.workspaces.two import BOTH, CEDAR, SECRET, THERE, Two, install, two_workspaces

WITHIN = timedelta(seconds=60)
UNINSTALLED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}
ANOTHERS = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ADMIN01"], "bot": []}}

Row = tuple[str, tuple[object, ...]]


def rows(folder: Path) -> list[Row]:
    """Every row of every table of both stores."""
    found: list[Row] = []
    for file, tables in (("matbot.db", metadata), ("concerns.db", concern_tables.metadata)):
        with closing(sqlite3.connect(folder / "data" / file)) as store:
            for table in tables.sorted_tables:
                found += [(table.name, row) for row in store.execute(f'SELECT * FROM "{table.name}"')]
    return found


def of(team: str, found: list[Row]) -> list[Row]:
    return [(table, row) for table, row in found if any(team in str(value) for value in row)]


async def lived_in(two: Two) -> None:
    """Something in most tables of both, with the workspace's name in the words."""
    bot = two.under_test.bot
    for clinic in BOTH:
        await two.slash(f"asks add Chairs for {clinic.workspace}", clinic.workspace)
        await two.slash(f"stuck pdmp: access from {clinic.workspace}", clinic.workspace)
        await two.slash("digest", clinic.workspace)
        draft = Draft("caseload", f"Too many of {clinic.workspace}", Release.NOW)
        await bot.concerns.raise_concern(draft, ClinicKey(clinic.workspace, clinic.id), bot.desk.clock())
        async with bot.desk.work.writing() as books:
            await books.at(clinic).huddles.save_series(DAILY)
            await keep_schedules(books.at(clinic), clinic, bot.desk.clock())
            await books.clinics.remember(clinic.workspace, LEAD.id, clinic.id)
            await books.commit()
    two.under_test.clock.jump_to(two.under_test.clock().replace(hour=14, minute=25))
    await bot.clockwork.turn()


async def a_minute(two: Two) -> None:
    """What the running bot does in a minute, every five seconds."""
    until = two.under_test.clock() + WITHIN
    while two.under_test.clock() < until:
        two.under_test.clock.jump_to(two.under_test.clock() + timedelta(seconds=5))
        await two.look()


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=["uninstalled", "revoked"])
@pytest.mark.parametrize("team", [CEDAR, TEAM])
async def test_within_a_minute_nothing_of_it_is_left_and_nothing_else_is_touched(
    two: Two, event: Mapping[str, Any], team: str
) -> None:
    await lived_in(two)
    other = CEDAR if team == TEAM else TEAM
    before = rows(two.under_test.folder)
    assert {table for table, _ in of(team, before)} >= {"clinic", "ask", "post", "schedule", "concern", "milestone"}
    await two.send(payloads.event(event), team)
    assert two.under_test.bot.presences.of(team) is None
    assert "Clinic" not in await two.slash("status", team), "it is let go of at once"
    await a_minute(two)
    after = rows(two.under_test.folder)
    assert of(team, after) == []
    assert of(other, after) == of(other, before)
    await two.under_test.bot.concerns.keep(two.under_test.clock())
    for file in (two.under_test.folder / "data").iterdir():
        assert team.encode() not in file.read_bytes(), file.name
    assert "Clinic" in await two.slash("status", other)


async def test_somebody_elses_token_that_was_revoked_changes_nothing(two: Two) -> None:
    before = rows(two.under_test.folder)
    await two.send(payloads.event(ANOTHERS), CEDAR)
    await a_minute(two)
    assert rows(two.under_test.folder) == before
    assert two.under_test.bot.presences.of(CEDAR) is not None


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_token_that_is_refused_deletes_nothing(two: Two, code: str) -> None:
    """A slip of whoever keeps the tokens must not cost a year of work."""
    await lived_in(two)
    before = {table for table, _ in of(CEDAR, rows(two.under_test.folder))}
    for method in ("auth.test", "chat.postMessage", "users.list", "views.open"):
        two.under_test.slack.order(method, *[refuses(code)] * 5)
    await two.slash("status share", CEDAR)
    await two.under_test.bot.clockwork.turn()
    await a_minute(two)
    assert {table for table, _ in of(CEDAR, rows(two.under_test.folder))} >= before
    assert two.under_test.bot.presences.of(CEDAR) is not None


async def test_what_was_under_way_while_it_went_is_swept_up_after(two: Two) -> None:
    await two.send(payloads.event(UNINSTALLED), CEDAR)
    for _ in range(4):
        two.under_test.clock.jump_to(two.under_test.clock() + timedelta(seconds=5))
        await two.look()
    assert of(CEDAR, rows(two.under_test.folder)) == []
    async with two.under_test.bot.desk.work.writing() as books:
        await books.clinics.save(THERE)
        await books.commit()
    await a_minute(two)
    assert of(CEDAR, rows(two.under_test.folder)) == []


async def test_a_workspace_that_comes_back_starts_afresh_and_stays(two: Two) -> None:
    await two.send(payloads.event(UNINSTALLED), CEDAR)
    await a_minute(two)
    await install(two.under_test, Tokens(two.cedar.token, two.cedar.app_token, SECRET))
    await two.clinic(THERE)
    for presence in two.under_test.bot.presences:
        await presence.directory.load()
    await a_minute(two)
    assert "Cedar Hill Clinic" in await two.slash("status", CEDAR)
    assert of(CEDAR, rows(two.under_test.folder))


async def test_a_process_that_dies_between_mark_and_deletion_leaves_the_rest_to_the_next(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        await lived_in(two)
        await two.send(payloads.event(UNINSTALLED), CEDAR)
        clock = two.under_test.clock()
    async with FakeSlack() as slack, bot_under_test(bot_folder, slack=slack) as bot:
        bot.clock.jump_to(clock + timedelta(seconds=20))
        assert of(CEDAR, rows(bot_folder))
        await bot.bot.workspaces.look()
        assert of(CEDAR, rows(bot_folder)) == []


async def test_a_store_that_is_busy_is_asked_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack_app.LEAVING_WAITS", (0.0, 0.0, 0.0))
    with closing(sqlite3.connect(two.under_test.folder / "data" / "matbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sending = asyncio.create_task(two.send(payloads.event(UNINSTALLED), CEDAR))
        await asyncio.sleep(2.5)
        other.execute("ROLLBACK")
        await sending
    await a_minute(two)
    assert of(CEDAR, rows(two.under_test.folder)) == []
    assert HERE.name in await two.slash("status", TEAM)


async def test_said_four_times_over_a_restart_it_takes_out_one_workspace_once(bot_folder: Path) -> None:
    """Slack says it again up to six minutes later; by then the organization may have added the app anew."""
    said = payloads.event(UNINSTALLED, event_id="Ev0GONE001")
    async with two_workspaces(bot_folder) as two:
        for _ in range(2):
            await two.send(said, CEDAR)
        await a_minute(two)
        assert of(CEDAR, rows(bot_folder)) == []
        clock = two.under_test.clock()
    async with two_workspaces(bot_folder) as two:
        two.under_test.clock.jump_to(clock + timedelta(minutes=5))
        for _ in range(2):
            await two.send(said, CEDAR)
        await a_minute(two)
        assert two.under_test.bot.presences.of(CEDAR) is not None
        assert {table for table, _ in of(CEDAR, rows(bot_folder))} >= {"clinic", "installation"}
        await two.send(payloads.event(UNINSTALLED, event_id="Ev0GONE002"), CEDAR)
        await a_minute(two)
        assert of(CEDAR, rows(bot_folder)) == []


@pytest.mark.parametrize("new", [True, False], ids=["installed anew", "taken again"])
async def test_with_the_next_good_token_everything_goes_on(two: Two, new: bool) -> None:
    """A token taken away and the app installed anew, or a workspace that was suspended for a while."""
    bot, worlds, token = two.under_test, two.under_test.slack.others, two.cedar.token
    del worlds[token]
    for clinic in BOTH:
        now = bot.clock()
        async with bot.bot.desk.work.writing() as books:
            await books.outbox.add(notice_of(clinic, clinic.channel, "Still of use", now, bot.bot.desk.new_id))
            await books.commit()
    for _ in range(3):
        await bot.bot.clockwork.turn()
        bot.clock.jump_to(bot.clock() + timedelta(seconds=200))
    assert [message.text for message in bot.slack.world.messages] == ["Still of use"], "the other workspace goes on"
    assert two.cedar.messages == []
    if new:
        two.cedar.token = "xoxb-made-up-and-new"
        await install(bot, Tokens(two.cedar.token, two.cedar.app_token, SECRET))
    worlds[two.cedar.token] = two.cedar
    await bot.bot.clockwork.turn()
    assert [message.text for message in two.cedar.messages] == ["Still of use"]
