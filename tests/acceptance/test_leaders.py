"""What comes by itself on a Monday, and what stands on Home."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.acceptance.conftest import OpenPage, SetTime
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import BEHAVIORAL, LEAD, NURSE, TEAM

DIGEST = datetime(2027, 1, 11, 13, 1, tzinfo=UTC)
"""Monday, a minute after 8:00 AM in New York."""
REMINDER = datetime(2027, 1, 11, 14, 1, tzinfo=UTC)


async def test_the_digest_comes_to_the_leader_by_direct_message_only(
    open_page: OpenPage, side: SlackSide, set_time: SetTime
) -> None:
    set_time(DIGEST)

    async def digests() -> list[str]:
        return [m["text"] for m in await side.direct_messages(LEAD.user_id) if "digest" in m["text"]]

    (text,) = await until(digests, what="the digest")
    assert "Larkspur Clinic" in text
    page = await open_page(LEAD)
    await page.go_to_direct_messages()
    shown = await page.read("Larkspur Clinic: weekly digest")
    assert "Six Building Blocks" in shown
    assert "MOUD start-up" in shown
    assert not [m for m in await side.direct_messages(NURSE.user_id) if "digest" in m["text"]]


@pytest.mark.usefixtures("bot")
async def test_a_preview_is_for_the_leader_alone(open_page: OpenPage) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say("/mat digest")
    assert "Preview of the next digest" in await page.read("weekly digest")
    assert await page.is_for_me_only("weekly digest")


async def test_the_reminder_comes_to_the_channel_and_its_buttons_work(open_page: OpenPage, set_time: SetTime) -> None:
    page, other = await open_page(NURSE, channel=TEAM.name), await open_page(BEHAVIORAL, channel=TEAM.name)
    set_time(REMINDER)
    shown = await other.read("This week's milestones")
    assert " late for Larkspur Clinic" in shown
    assert "Leadership commitment signed" in shown
    await page.message("This week's milestones").get_by_role("button", name="Done").first.click()
    assert "Leadership commitment signed" in await page.read("Done:")
    assert await page.is_for_me_only("Done:")


@pytest.mark.usefixtures("bot")
async def test_home_shows_the_day_and_its_buttons_change_the_plan(open_page: OpenPage) -> None:
    page = await open_page(NURSE)
    home = await page.go_home()
    shown = await home.inner_text()
    for said in ("Larkspur Clinic", "Today", "Our plan", "Six Building Blocks", "MOUD start-up", "Speak up"):
        assert said in shown
    await page.press("Raise a concern")
    await page.form_titled("Raise a concern")
    await page.close_form()
