"""`python -m bot run` as a process of its own, in a workspace that has no clinic yet."""

from __future__ import annotations

import signal
from functools import partial
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot.local_slack import LocalSlack
from tests.acceptance.conftest import OpenPage
from tests.acceptance.program import program
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import BOT, LEAD, NURSE, TEAM


def environ_for(slack: LocalSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT.bot_token,
        "SLACK_APP_TOKEN": BOT.app_token,
        "SLACK_API_URL": slack.api_url,
        "MAT_ADMINS": LEAD.user_id,
        "MAT_PORT": "0",
    }


async def is_well(address: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status == HTTPStatus.OK


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_in_a_new_workspace_says_that_there_is_no_clinic_and_stops_when_told(
    slack: LocalSlack, side: SlackSide, open_page: OpenPage, tmp_path: Path, how: signal.Signals
) -> None:
    async with program(tmp_path, "run", **environ_for(slack)) as running:
        health = (await running.says(r"Health: (http://127\.0\.0\.1:\d+/healthz)"))[1]
        await until(partial(is_well, health), what="a healthy bot")
        page = await open_page(NURSE, channel=TEAM.name)
        await page.say("/mat status")
        await page.read("No clinic is set up here yet")
        assert await page.is_for_me_only("No clinic is set up here yet")
        assert await running.stop(how) == 0
    assert "Traceback" not in "".join(running.said)


async def test_an_admin_sets_up_a_clinic_on_the_page(
    slack: LocalSlack, side: SlackSide, open_page: OpenPage, tmp_path: Path
) -> None:
    async with program(tmp_path, "run", **environ_for(slack)) as running:
        await running.says("Health:")
        await until(side.connected, what="the bot")
        page = await open_page(LEAD, channel=TEAM.name)
        await page.say("/mat setup")
        await page.form_titled("Set up a clinic (1/5)")
        await page.fill("Name of your clinic", "Birch Hill Clinic")
        await page.submit()
        await page.form_titled("Set up a clinic (2/5)")
        await page.choose("The team's channel", f"#{TEAM.name}")
        await page.submit()
        await page.form_titled("Set up a clinic (3/5)")
        for field in ("Leads", "Who reads concerns", "Who gets the digest"):
            await page.tick(field, LEAD.real_name)
        await page.tick("Who reads concerns", NURSE.real_name)
        await page.submit()
        await page.form_titled("Set up a clinic (4/5)")
        await page.submit()
        await page.form_titled("Set up a clinic (5/5)")
        assert "Birch Hill Clinic" in await page.read_form("Birch Hill Clinic")
        await page.submit()
        await page.read_form("Birch Hill Clinic")
        await page.close_form()
        await page.say("/mat status")
        assert "Birch Hill Clinic" in await page.read("where we stand")
        assert await running.stop() == 0
