"""See what the bot says: `python -m tests.acceptance.picture FILE.json OUT.png`.

FILE.json (or - for standard input) is a message (`{"text", "blocks"}`), a list of blocks, or a view (`"type": "modal"` or
`"home"`). The local Slack's page draws it in Chromium, so what the page cannot draw (README.md) is missing here too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playwright.async_api import Browser, Locator, async_playwright

from bot.local_slack import LocalSlack, local_slack
from tests.acceptance.browser import launch
from tests.acceptance.page import Page
from tests.acceptance.slack_side import SlackSide
from tests.acceptance.world import BOT, LEAD, TEAM, WORLD

WIDTH, HEIGHT = 960, 3000  # high enough for any form to be seen whole
NOBODY = "http://127.0.0.1:9/"  # the discard port: this workspace has no bot behind it


async def show(side: SlackSide, page: Page, what: dict[str, Any]) -> Locator:
    """Put a message, a form or a Home on the page; the part of the page it stands on."""
    if what.get("type") == "modal":
        await side.command(LEAD.user_id, TEAM.channel_id, "")  # nobody answers, but it comes with a trigger
        (form_encoded,) = await side.sent("slash_commands")
        await side.api("views.open", trigger_id=parse_qs(str(form_encoded))["trigger_id"][0], view=what)
        await page.form.wait_for()
        return page.form
    if what.get("type") == "home":
        await side.api("views.publish", user_id=LEAD.user_id, view=what)
        return await page.go_home()
    await side.api("chat.postMessage", channel=TEAM.channel_id, **what)
    await page.messages.last.wait_for()
    return page.messages.last


async def draw(browser: Browser, slack: LocalSlack, what: dict[str, Any], out: Path) -> None:
    async with SlackSide(slack) as side:
        page = await Page.open(browser, slack.page, LEAD.real_name, channel=TEAM.name)
        await page.raw.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await page.picture(out, of=await show(side, page, what))
        await page.close()


def as_dict(found: Any) -> dict[str, Any]:
    """A list of blocks becomes a message without a text."""
    return {"text": "", "blocks": found} if isinstance(found, list) else dict(found)


def read(source: str) -> dict[str, Any]:
    return as_dict(json.loads(sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")))


async def main(what: dict[str, Any], out: Path) -> None:
    with local_slack(replace(WORLD, app=replace(BOT, request_url=NOBODY))) as slack:
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            await draw(browser, slack, what, out)
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    asyncio.run(main(read(chosen.file), chosen.out))
