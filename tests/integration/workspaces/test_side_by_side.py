"""Two workspaces in one bot: each is asked, answered and posted to with its own token, and nothing of one is used for the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mat.clinic import Duty
from mat.installations import Tokens
from mat.message import Message
from mat.ports import NotPosted
from mat.schedules import keep_schedules
from store.token_seal import NAME
from tests.bot_under_test import HERE, bot_under_test
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN, BOT, BOT_USER, LEAD, TEAM, TEAM_CHANNEL
from tests.integration.test_huddle_agenda import DAILY
from tests.integration.workspaces.two import CEDAR, THERE, Two, install, two_workspaces

HELLO = Message("Hello")


async def test_a_command_is_about_the_clinic_of_its_workspace(two: Two) -> None:
    assert "Maple Street Clinic" in await two.slash("status", TEAM)
    answer = await two.slash("status", CEDAR)
    assert "Cedar Hill Clinic" in answer
    assert "Maple" not in answer


async def test_slack_is_asked_who_we_are_once_and_never_for_a_workspace_that_is_known(two: Two) -> None:
    for team in (TEAM, CEDAR) * 3:
        await two.slash("status", team)
    assert len(two.under_test.slack.called("auth.test")) == 1


async def test_what_is_posted_and_opened_goes_with_the_workspaces_own_token(two: Two) -> None:
    shown = await two.slash("asks add", CEDAR)
    assert "modal" in shown
    await two.slash("status share", CEDAR)
    assert two.under_test.slack.world.views == {}
    assert len(two.cedar.views) == 1
    bot = two.under_test.bot
    for workspace, world in ((TEAM, two.under_test.slack.world), (CEDAR, two.cedar)):
        before = len(world.messages)
        await bot.poster.of(workspace).post(TEAM_CHANNEL, HELLO, key="k")
        assert len(world.messages) == before + 1


async def test_the_clock_posts_in_each_workspace_with_its_token(two: Two) -> None:
    bot = two.under_test
    async with bot.bot.desk.work.writing() as books:
        for clinic in (HERE, THERE):
            await books.at(clinic).huddles.save_series(replace(DAILY, title=f"Huddle of {clinic.name}"))
            await keep_schedules(books.at(clinic), clinic, bot.clock())
        await books.commit()
    bot.clock.jump_to(bot.clock().replace(hour=14, minute=25))
    await bot.bot.clockwork.turn()
    assert ["Maple" in one.text for one in bot.slack.world.messages_in(TEAM_CHANNEL)] == [True]
    assert ["Cedar" in one.text for one in two.cedar.messages_in(TEAM_CHANNEL)] == [True]


async def test_a_person_counts_by_the_standing_they_have_in_that_workspace(two: Two) -> None:
    changed = replace(two.cedar.people[ADMIN.id], guest=True)
    await two.send(payloads.user_changed(changed), CEDAR)
    assert "I work with" in await two.slash("status", CEDAR, user=ADMIN)
    assert "Maple Street Clinic" in await two.slash("status", TEAM, user=ADMIN)


async def test_who_looks_after_one_workspace_looks_after_no_other(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        presences = two.under_test.bot.presences
        assert presences.admins_of("") == presences.admins_of(TEAM) == [ADMIN.id]
        await install(two.under_test, Tokens(two.cedar.token), admins=("U0CEDAR01",))
        assert presences.admins_of(CEDAR) == ["U0CEDAR01"]
        assert "U0CEDAR01" not in presences.admins_of(TEAM)
        assert presences.admins_of("T0NOWHERE") == ()


async def test_a_workspace_that_nobody_added_is_answered_nothing_and_posted_nothing(two: Two) -> None:
    answer = await two.under_test.dispatch({**payloads.slash_command("status"), "team_id": "T0NOWHERE"})
    assert "Maple" not in str(answer)
    assert two.under_test.slack.world.messages == []
    poster = two.under_test.bot.poster.of("T0NOWHERE")
    with pytest.raises(NotPosted, match="workspace-gone"):
        await poster.post("C1", HELLO, key="k")
    with pytest.raises(NotPosted, match="workspace-gone"):
        await poster.update("C1", "1.1", HELLO)


async def test_over_a_restart_the_workspace_is_there_again_without_asking_slack(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await install(bot, Tokens(cedar.token))
        asked = len(slack.called("auth.test"))
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await bot.bot.workspaces.look()
            presence = bot.bot.presences.of(CEDAR)
            assert presence is not None
            assert (presence.bot, presence.bot_user, presence.tokens.bot) == (BOT, BOT_USER, cedar.token)
            assert "made-up" not in repr(presence)
        assert len(slack.called("auth.test")) == asked + 1, "for the workspace of the settings"


async def test_new_tokens_are_taken_up_and_a_lost_key_stops_only_that_workspace(two: Two) -> None:
    bot = two.under_test
    await install(bot, Tokens("xoxb-new"))
    presence = bot.bot.presences.of(CEDAR)
    assert presence is not None
    assert presence.client.token == "xoxb-new"
    key = bot.bot.settings.key_dir / NAME
    key.unlink()
    await install(bot, Tokens(two.cedar.token))
    key.unlink()
    key.write_bytes(bytes(32))
    async with bot.bot.desk.work.writing() as books:
        (one,) = await books.installations.all()
        await books.installations.save(replace(one, name="Cedar again"))
        await books.commit()
    await two.look()
    assert bot.bot.presences.of(CEDAR) is None
    assert "Maple Street Clinic" in await two.slash("status", TEAM)


async def test_a_concern_of_one_workspace_reaches_no_reader_of_the_other(two: Two) -> None:
    async with two.under_test.bot.desk.work.reading() as books:
        for clinic in (HERE, THERE):
            assert LEAD.id in await books.at(clinic).roster.people_with(Duty.READS_CONCERNS)
    view = await two.slash("concern", CEDAR)
    assert "Cedar Hill Clinic" in view
    assert "Maple" not in view
