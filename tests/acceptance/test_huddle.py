"""A huddle from the form to the record: set up on the page, announced by itself, joined, added to, held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests.acceptance.conftest import OpenPage, SetTime
from tests.acceptance.page import Page
from tests.acceptance.slack_side import SlackSide
from tests.acceptance.world import BEHAVIORAL, NURSE, TEAM

pytestmark = pytest.mark.usefixtures("bot")

AGENDA = datetime(2027, 1, 5, 13, 0, tzinfo=UTC)
"""Tuesday, half an hour before 8:30 AM in New York."""
AFTERWARDS = datetime(2027, 1, 5, 14, 1, tzinfo=UTC)


async def set_up_huddle(page: Page) -> str:
    """What the form says once the huddle is saved."""
    await page.say("/mat huddle")
    await page.press("New huddle")
    await page.form_titled("New huddle")
    await page.fill("Name", "Morning huddle")
    await page.fill("Time, Eastern time (New York)", "08:30")
    await page.choose("Length", "15 minutes")
    await page.choose("Post the agenda", "30 minutes before")
    await page.submit()
    said = await page.read_form("Saved:")
    await page.close_form()
    return said


async def test_the_form_fills_itself_anew_for_another_kind(open_page: OpenPage, set_time: SetTime) -> None:
    page = await open_page(NURSE, channel=TEAM.name)
    await page.say("/mat huddle")
    await page.press("New huddle")
    await page.form_titled("New huddle")
    await page.choose("Kind of huddle", "Monthly improvement-team meeting")
    await expect(page.form.locator("input.bk-plain-input").first).to_have_value("Monthly improvement-team meeting")


async def test_the_agenda_comes_by_itself_and_its_buttons_work(open_page: OpenPage, set_time: SetTime) -> None:
    page, other = await open_page(NURSE, channel=TEAM.name), await open_page(BEHAVIORAL, channel=TEAM.name)
    said = await set_up_huddle(page)
    assert "Morning huddle" in said
    assert "Next: Tue, January 5, 2027, 8:30 AM EST" in said

    set_time(AGENDA)
    await other.read("Morning huddle, today at 8:30 AM EST")
    assert not await other.is_for_me_only("Morning huddle, today")

    await page.press("I'm here")
    await other.read(f"Here: @{NURSE.real_name}.")
    await other.press("I'm here")
    await page.read(f"Here: @{NURSE.real_name}, @{BEHAVIORAL.real_name}.")

    await page.press("Add an item")
    await page.form_titled("Add an item")
    await page.fill("What do you want to talk about?", "Who covers the phones & the door?")
    await page.submit()
    await page.read_form("Added")
    await page.close_form()
    await other.read("Who covers the phones & the door?")

    set_time(AFTERWARDS)
    await other.read("happen?")
    await other.press("Held")
    await page.read(f"Held, recorded by @{BEHAVIORAL.real_name}")


async def test_a_huddle_called_off_is_seen_by_everybody_and_can_be_on_again(
    open_page: OpenPage, set_time: SetTime
) -> None:
    page, other = await open_page(NURSE, channel=TEAM.name), await open_page(BEHAVIORAL, channel=TEAM.name)
    await set_up_huddle(page)
    set_time(AGENDA)
    await page.read("Morning huddle, today at 8:30 AM EST")
    await page.press("Not today")
    await other.read(f"Called off by @{NURSE.real_name}.")
    await other.press("It's on again")
    await expect(page.message("Morning huddle, today at 8:30 AM EST").get_by_text("I'm here")).to_be_visible()


async def test_fields_that_slack_sends_back_as_null_keep_what_is_stored(open_page: OpenPage, side: SlackSide) -> None:
    page = await open_page(NURSE, channel=TEAM.name)
    await set_up_huddle(page)
    await page.say("/mat huddle")
    await page.read("Larkspur Clinic: huddles")
    before = await page.read("Morning huddle")
    await page.press("Change")
    await page.form_titled("Change huddle")
    # An empty list of checkboxes is no null: it says that none is ticked.
    (form,) = await side.forms()
    days = next(block for block in form["blocks"] if block["element"]["type"] == "checkboxes")
    ticked = {"type": "checkboxes", "selected_options": days["element"]["initial_options"]}
    values = {days["block_id"]: {days["element"]["action_id"]: ticked}}
    assert await side.submit(NURSE.user_id, values, exactly=True) == {}
    await page.read_form("Morning huddle")
    await page.close_form()
    lists = page.messages.filter(has_text="Larkspur Clinic: huddles")
    shown = await lists.count()
    await page.say("/mat huddle")
    await expect(lists).to_have_count(shown + 1)
    assert (await page.read("Morning huddle")).split("huddles", 1)[1] == before.split("huddles", 1)[1]
