"""A concern's whole life on the page: the notice, the inbox, a reply, the receipt, an answer, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from bot.build import Bot
from mat.concerns import ClinicKey
from messages.concern_notice import batch_notice
from tests.acceptance.clinics import LARKSPUR
from tests.acceptance.conftest import OpenPage
from tests.acceptance.slack_side import SlackSide
from tests.acceptance.test_concern import raise_concern
from tests.acceptance.world import BEHAVIORAL, COLLEAGUE, LEAD, TEAM

WORDS = "Nobody covers the front desk"
KEY = ClinicKey(LARKSPUR.workspace, LARKSPUR.id)


async def release(bot: Bot) -> None:
    """The next day's batch, and the notice that comes with it."""
    day = bot.desk.clock().date() + timedelta(days=len((await bot.concerns.listed(KEY)).concerns) + 1)
    await bot.concerns.release(KEY, day)
    await bot.desk.poster.post(LEAD.user_id, batch_notice(LARKSPUR), key=f"notice-{day}")


async def test_a_concern_is_read_answered_and_followed_by_its_receipt(bot: Bot, open_page: OpenPage) -> None:
    staff = await open_page(BEHAVIORAL, channel=TEAM.name)
    receipt = await raise_concern(staff)
    await staff.close_form()
    await release(bot)

    lead = await open_page(LEAD, channel=TEAM.name)
    await lead.go_to_direct_messages()
    assert "It may be empty; I don't say here." in await lead.read("today's batch of concerns")
    await lead.press("Open the inbox")
    assert WORDS in await lead.read_form("Waiting for an answer")
    await lead.press("Open")
    await lead.read_form("Black out words")
    await lead.press("Reply")
    await lead.fill("Your reply", "Which mornings are worst?")
    await lead.submit()
    await lead.read_form("A reader replied:")
    await lead.press("Set status")
    await lead.choose("What becomes of it?", "Doing")
    await lead.fill("One sentence for everybody", "Two people share the desk from Monday.")
    await lead.submit()
    await lead.read_form("For everybody:")
    await lead.close_form()

    await staff.say("/mat concern")
    await staff.form_titled("Raise a concern")
    await staff.press("Look up a receipt")
    await staff.form_titled("Look up a receipt")
    await staff.fill("Your receipt", receipt)
    await staff.submit()
    shown = await staff.read_form("Status: Doing")
    assert "Two people share the desk from Monday." in shown
    assert "Which mornings are worst?" in shown
    await staff.fill("Your answer", "Mondays, always.")
    await staff.fill("Your receipt", receipt)
    await staff.submit()
    await staff.read_form("Your answer is kept.")
    await staff.close_form()

    (concern,) = (await bot.concerns.listed(KEY)).concerns
    assert [note.text for note in (await bot.concerns.read(KEY, concern.id)).notes] == ["Which mornings are worst?"]
    await release(bot)
    await lead.say("/mat inbox")
    await lead.read_form("Doing")
    await lead.press("Open")
    assert "Mondays, always." in await lead.read_form("The person who raised it answered:")
    await lead.press("Delete")
    await lead.read_form("Nothing here")


async def test_only_named_readers_open_the_inbox(bot: Bot, open_page: OpenPage, side: SlackSide) -> None:
    staff = await open_page(BEHAVIORAL, channel=TEAM.name)
    await raise_concern(staff)
    await staff.close_form()
    await release(bot)
    await staff.say("/mat inbox")
    assert "Only the people named to read concerns can do that" in await staff.read("Only the people named")
    assert await staff.is_for_me_only("Only the people named")
    assert await side.forms() == []
    colleague = await open_page(COLLEAGUE, channel=TEAM.name)
    await colleague.say("/mat concern")
    await colleague.form_titled("Raise a concern")
