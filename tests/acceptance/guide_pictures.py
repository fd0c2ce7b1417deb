"""The pictures of docs/guide.md and README.md, taken anew: `python -m tests.acceptance.guide_pictures`.

The demo's two made-up clinics on a Monday morning, drawn by the local Slack's page.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Locator, async_playwright

from bot.build import Bot
from bot.demo import demo_settings
from bot.demo_seed import seed
from bot.demo_world import ANA, BEN, DEE, LARKSPUR_TEAM, WORLD
from bot.local_slack import LocalSlack, Person, local_slack
from tests.acceptance.browser import launch
from tests.acceptance.page import Page
from tests.acceptance.real_bot import SetClock, connected_bot
from tests.acceptance.slack_side import SlackSide, until

OUT = Path(__file__).parents[2] / "docs" / "pictures"
HUDDLE = datetime(2027, 1, 4, 8, 0, tzinfo=ZoneInfo("America/New_York"))
"""A Monday. The demo puts its first huddle on the full minute after three minutes ahead."""
# The page shows the hour of this machine, and tools beside a message that the mouse is on.
FOR_THE_EYE = ".msg-time, .msg-edited, .msg-actions { display: none !important } .home-inner { padding: 16px }"


async def somebody(browser: Browser, slack: LocalSlack, person: Person) -> Page:
    page = await Page.open(browser, slack.page, person.real_name, channel=LARKSPUR_TEAM.name)
    await page.raw.set_viewport_size({"width": 1080, "height": 1600})
    await page.raw.add_style_tag(content=FOR_THE_EYE)
    return page


async def take(page: Page, name: str, of: Locator) -> None:
    await of.wait_for()
    await page.raw.mouse.move(0, 0)
    await page.picture(OUT / f"{name}.png", of=of)


async def monday(bot: Bot, clock: SetClock, browser: Browser, slack: LocalSlack) -> None:
    """From the agenda at 7:55 to Home after the reminder at 9:00."""
    ana, ben, dee = [await somebody(browser, slack, person) for person in (ANA, BEN, DEE)]
    for page in (ben, ana):
        await page.press("I'm here")
    agenda = ana.message("Ten minutes or less").filter(has_text="Ana Lopez").filter(has_text="Here: @Ana Lopez")
    await take(ana, "agenda", agenda)
    await ana.say("/mat")
    await take(ana, "today", ana.message("Good morning"))
    await ana.say("/mat status")
    await take(ana, "status", ana.message("where we stand"))

    await _later(bot, clock, HUDDLE)
    await ana.go_to_direct_messages()
    await take(ana, "digest", ana.message("weekly digest"))
    await _later(bot, clock, HUDDLE + timedelta(hours=1))
    await ben.message("This week's milestones").wait_for()
    await ben.press("Done")
    await take(ben, "reminder", ben.message("Done this week"))

    await dee.say("/mat concern")
    await take(dee, "concern", await dee.form_titled("Raise a concern"))
    await dee.close_form()  # the page has one stack of forms for everybody
    await take(ana, "home", await ana.go_home())


async def _later(bot: Bot, clock: SetClock, now: datetime) -> None:
    """Twenty seconds past, so that the posts of `now` are due."""
    clock.set(now + timedelta(seconds=20))
    bot.delivery.clockwork.wake()


async def main() -> None:
    clock = SetClock(HUDDLE - timedelta(minutes=3, seconds=50))
    with local_slack(WORLD) as slack, tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(slack, Path(folder))
        async with connected_bot(settings, clock) as bot, SlackSide(slack) as side, async_playwright() as playwright:
            await until(side.connected, what="the bot")
            await seed(bot.desk.work, bot.concerns, bot.desk.playbook, clock(), bot.desk.new_id)
            bot.delivery.clockwork.wake()
            browser = await launch(playwright)
            await monday(bot, clock, browser, slack)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
