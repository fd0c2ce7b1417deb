"""One person in front of the local Slack's page, in the words of that person: type, press, fill in, read.

Every method waits for what it needs to appear; nothing sleeps. What the page cannot do is in README.md, and in slack_side.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, Locator, expect
from playwright.async_api import Page as BrowserPage

WIDTH, HEIGHT = 1100, 900
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)


class Page:
    """The page as one person sees it. Make one with `await Page.open(browser, url, person)`; close it yourself."""

    def __init__(self, browser_page: BrowserPage, person: str) -> None:
        self.raw = browser_page
        self.person = person

    @classmethod
    async def open(cls, browser: Browser, url: str, person: str, *, channel: str = "") -> Page:
        """`person` is a real name of the world; `channel` a channel's name, else the first one stays open."""
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="en-US", timezone_id="America/New_York"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = cls(await context.new_page(), person)
        page.raw.on("dialog", lambda dialog: dialog.accept())  # "are you sure?": this person is
        await page.raw.goto(url)
        await page.raw.locator("label.actas select").last.select_option(label=person)
        if channel:
            await page.go_to(channel)
        return page

    async def close(self) -> None:
        await self.raw.context.close()

    async def wait_for_bot(self) -> None:
        """Until the page shows that the bot is connected."""
        await expect(self.raw.locator(".status.ok", has_text="connected")).to_be_visible()

    # -- places -------------------------------------------------------------------------------------------------------

    async def go_to(self, channel: str) -> None:
        await self.raw.locator(".sidebar-item").filter(has_text=re.compile(rf"^\W*{re.escape(channel)}$")).click()

    async def go_to_direct_messages(self) -> None:
        """What this person and the bot write to each other; the page lists it under the person's name."""
        await self.raw.locator(".sidebar-item:has(.dot)").filter(has_text=self.person).click()

    async def go_home(self, bot: str = "matbot") -> Locator:
        """Open the bot's Home and wait until the bot has filled it."""
        await self.raw.locator(".sidebar-item:has(.hash)").filter(has_text=bot).filter(has_text="🏠").click()
        home = self.raw.locator(".home-inner")
        await expect(home.locator(".blocks")).to_be_visible()
        return home

    # -- messages -----------------------------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Type a message or a slash command and press Enter."""
        await self.raw.locator("textarea.composer-input").fill(text)
        await self.raw.locator("textarea.composer-input").press("Enter")

    @property
    def messages(self) -> Locator:
        return self.raw.locator(".messages .msg")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message that contains `text`. Await something on it: it may be still to come."""
        return self.messages.filter(has_text=text).last

    async def read(self, text: str | re.Pattern[str] = "") -> str:
        """The words of the newest message that contains `text`, once it is there."""
        message = self.message(text)
        await expect(message).to_be_visible()
        return await message.locator(".msg-body").inner_text()

    async def is_for_me_only(self, text: str | re.Pattern[str]) -> bool:
        """Whether Slack would show the message to this person alone."""
        message = self.message(text)
        await expect(message).to_be_visible()
        return await message.locator(".badge-eph").count() == 1

    async def press(self, label: str, *, within: Locator | None = None) -> None:
        """Press the newest button with exactly this label: on the open form if there is one, else in the messages, on
        Home or in `within`."""
        place = within or (self.form if await self.form.count() else self.raw.locator(".main"))
        await place.locator(".bk-button").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).last.click()

    # -- forms --------------------------------------------------------------------------------------------------------

    @property
    def form(self) -> Locator:
        return self.raw.locator(".modal")

    async def form_titled(self, title: str) -> Locator:
        """The open form, once its title is `title`."""
        await expect(self.form.locator(".modal-title")).to_have_text(title)
        return self.form

    def _field(self, label: str) -> Locator:
        exactly = self.raw.locator(".bk-label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        return self.form.locator(".bk-input").filter(has=exactly)

    async def fill(self, label: str, value: str) -> None:
        """A text field, a date as `2027-01-31`, or a time as `08:30`."""
        await self._field(label).locator(".bk-plain-input").fill(value)

    async def choose(self, label: str, option: str) -> None:
        """An option of a list, radio buttons or checkboxes (where choosing again takes it back); people by their real
        names, channels with their #."""
        field = self._field(label)
        if await field.locator("select").count():
            await field.locator("select").select_option(label=option)
        else:
            await field.locator(".bk-options label").filter(has_text=option).first.click()

    async def choose_first(self, label: str) -> None:
        """The first option of a list that may be chosen."""
        await self._field(label).locator("select").select_option(index=1)

    async def tick(self, label: str, option: str) -> None:
        """Tick a checkbox if it is not ticked yet."""
        await self._field(label).locator(".bk-options label").filter(has_text=option).get_by_role("checkbox").check()

    async def read_form(self, text: str | re.Pattern[str] = "") -> str:
        """The words of the open form, once `text` stands in it."""
        await expect(self.form.filter(has_text=text)).to_be_visible()
        return await self.form.inner_text()

    async def close_form(self) -> None:
        await self.form.locator(".modal-x").click()
        await self.form_closed()

    async def submit(self) -> None:
        await self.form.locator(".modal-foot .primary").click()

    async def form_closed(self) -> None:
        await expect(self.form).to_have_count(0)

    # -- pictures -----------------------------------------------------------------------------------------------------

    async def picture(self, path: Path, *, of: Locator | None = None) -> None:
        """A PNG of the page, or of one part of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await (of or self.raw).screenshot(path=path)
