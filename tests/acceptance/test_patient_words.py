"""Words that may be about a patient, in front of a real page: asked about, kept, changed, or let pass by who wrote them."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import OpenPage
from tests.acceptance.page import Page
from tests.acceptance.slack_side import SlackSide
from tests.acceptance.world import BEHAVIORAL, LEAD, TEAM

pytestmark = pytest.mark.usefixtures("bot")
MAYBE = "Mr. Lopez relapsed, who calls?"
SURE = "It is not about a patient"


async def tick(page: Page) -> None:
    await page.tick("Sure?", SURE)


async def test_words_behind_a_command_come_into_the_form_with_the_question(
    open_page: OpenPage, side: SlackSide
) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say(f"/mat asks add {MAYBE}")
    form = await page.form_titled("Add an ask")
    assert "This may be a patient's name: “Mr. Lopez”" in await form.inner_text()
    await tick(page)
    await page.submit()
    assert "Asked:" in await page.read_form("Asked:")


async def test_a_concern_is_asked_about_and_keeps_its_words_and_its_topic(open_page: OpenPage, side: SlackSide) -> None:
    page = await open_page(BEHAVIORAL, channel=TEAM.name)
    await page.say("/mat concern")
    await page.form_titled("Raise a concern")
    await page.choose_first("What is it about?")
    await page.fill("What gets in the way?", MAYBE)
    await page.submit()
    assert "“Mr. Lopez”" in await page.read_form("This may be a patient's name")
    await tick(page)
    await page.submit()
    await page.form_titled("Your receipt")
    assert {name for name in await side.methods() if name.startswith("chat.")} == set()
