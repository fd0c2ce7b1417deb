"""End to end: a local Slack per test, one Chromium per process, people on the page or behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.build import Bot
from bot.local_slack import LocalSlack, Person, World, local_slack
from tests.acceptance.browser import launch
from tests.acceptance.clinics import set_up
from tests.acceptance.page import Page
from tests.acceptance.real_bot import SetClock, connected_bot, settings_for
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import WORLD

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / ".cache" / "pictures"
SetTime = Callable[[datetime], None]
OpenPage = Callable[..., Awaitable[Page]]
passed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Chromium outlives a test, so the event loop must too: everything here shares the session's loop."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[passed] = report.passed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture
def world() -> World:
    """Who and what is in the workspace; a test module may have its own."""
    return WORLD


@pytest.fixture
def slack(world: World) -> Iterator[LocalSlack]:
    with local_slack(world) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def side(slack: LocalSlack) -> AsyncIterator[SlackSide]:
    async with SlackSide(slack) as found:
        yield found


@pytest.fixture
def clock() -> SetClock:
    """The bot's clock. It begins on Monday 4 January 2027, 9:00 AM in New York, and runs."""
    return SetClock()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(slack: LocalSlack, side: SlackSide, clock: SetClock, tmp_path: Path) -> AsyncIterator[Bot]:
    """The real bot, connected, with Larkspur set up."""
    async with connected_bot(settings_for(slack, tmp_path), clock) as running:
        await set_up(running)
        await until(side.connected, what="the bot")
        yield running


@pytest.fixture
def set_time(bot: Bot, clock: SetClock) -> SetTime:
    """`set_time(at)` makes it `at` (aware) for the bot; what is due then goes out."""

    def to(now: datetime) -> None:
        clock.set(now)
        bot.delivery.clockwork.wake()

    return to


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(request: pytest.FixtureRequest, chromium: Browser, slack: LocalSlack) -> AsyncIterator[OpenPage]:
    """`await open_page(LEAD, channel="larkspur-team")`. When the test fails, its pages are in .cache/pictures."""
    pages: list[Page] = []

    async def open_one(person: Person, *, channel: str = "") -> Page:
        pages.append(await Page.open(chromium, slack.page, person.real_name, channel=channel))
        return pages[-1]

    yield open_one
    for number, page in enumerate(pages):
        if not request.node.stash.get(passed, False):
            await page.picture(PICTURES / f"{request.node.name}-{number}.png")
        await page.close()
