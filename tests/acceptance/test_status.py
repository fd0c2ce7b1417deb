"""Where a clinic stands: asked, shared, changed and taken back, by people on the page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.local_slack import LocalSlack
from tests.acceptance.clinics import set_up
from tests.acceptance.conftest import OpenPage
from tests.acceptance.real_bot import SetClock, connected_bot, settings_for
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import COLLEAGUE, LEAD, NURSE, TEAM


@pytest.mark.usefixtures("bot")
async def test_a_nurse_asks_and_only_she_sees_it_until_she_shares(open_page: OpenPage, side: SlackSide) -> None:
    hers, theirs = await open_page(NURSE, channel=TEAM.name), await open_page(LEAD, channel=TEAM.name)
    await hers.say("/mat status")
    shown = await hers.read("where we stand")
    assert "Larkspur Clinic" in shown
    assert "Six Building Blocks" in shown
    assert "MOUD start-up" in shown
    assert await hers.is_for_me_only("where we stand")
    assert await theirs.messages.count() == 0

    await hers.press("Share")
    assert "Six Building Blocks" in await theirs.read("where we stand")
    assert not await theirs.is_for_me_only("where we stand")
    assert len(await side.calls("chat.postMessage")) == 1


def leadership(shown: str) -> tuple[int, int]:
    """Done and all milestones of the building block "Leadership & consensus" in a status."""
    found = re.search(r"Leadership & consensus: (\d+) of (\d+) done", shown)
    assert found, shown
    return int(found[1]), int(found[2])


@pytest.mark.usefixtures("bot")
async def test_done_counts_at_once_and_undo_takes_it_back(open_page: OpenPage) -> None:
    page = await open_page(NURSE, channel=TEAM.name)
    await page.say("/mat status")
    done, total = leadership(await page.read("where we stand"))
    assert done == 0

    await page.say("/mat done leadership commitment")
    assert f"is now at 1 of {total} done" in await page.read("Done:")
    await page.say("/mat status")
    assert leadership(await page.read(f"Leadership & consensus: 1 of {total} done")) == (1, total)

    await page.press("Undo")
    await page.read("Undone:")
    await page.say("/mat status leadership")
    assert leadership(await page.read(f"Leadership & consensus: 0 of {total} done")) == (0, total)


async def test_undo_still_works_after_a_restart(
    open_page: OpenPage, slack: LocalSlack, side: SlackSide, tmp_path: Path
) -> None:
    settings, clock = settings_for(slack, tmp_path), SetClock()
    page = await open_page(NURSE, channel=TEAM.name)
    async with connected_bot(settings, clock) as first:
        await set_up(first)
        await page.wait_for_bot()
        await page.say("/mat done leadership commitment")
        await page.read("Done:")
    clock.set(clock() + timedelta(days=6))
    async with connected_bot(settings, clock):
        await until(side.connected, what="the second bot")
        await page.press("Undo")
        assert "is back to" in await page.read("Undone:")


async def test_the_same_on_postgres(
    open_page: OpenPage, slack: LocalSlack, side: SlackSide, postgres_url: str, tmp_path: Path
) -> None:
    async with connected_bot(settings_for(slack, tmp_path, postgres_url), SetClock()) as running:
        await set_up(running)
        await until(side.connected, what="the bot")
        page = await open_page(NURSE, channel=TEAM.name)
        await page.say("/mat done leadership commitment")
        await page.read("Done:")
        await page.press("Undo")
        await page.read("Undone:")
        await page.say("/mat concern")
        await page.form_titled("Raise a concern")
        await page.choose_first("What is it about?")
        await page.fill("What gets in the way?", "Too few rooms in the mornings.")
        await page.submit()
        await page.form_titled("Your receipt")


@pytest.mark.usefixtures("bot")
async def test_a_colleague_outside_the_team_may_look_but_not_change(open_page: OpenPage, side: SlackSide) -> None:
    page = await open_page(COLLEAGUE, channel=TEAM.name)
    await page.say("/mat status")
    assert "Six Building Blocks" in await page.read("where we stand")
    await page.say("/mat done leadership commitment")
    assert "/mat team shows who they are" in await page.read("members of the improvement team")
    assert {message.get("ephemeral_to") for message in await side.messages(TEAM.channel_id)} == {COLLEAGUE.user_id}
