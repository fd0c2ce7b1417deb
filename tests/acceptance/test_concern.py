"""A concern from the form to the readers and back, with nobody's name on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.acceptance.conftest import OpenPage, SetTime
from tests.acceptance.page import Page
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import BEHAVIORAL, LEAD, TEAM

pytestmark = pytest.mark.usefixtures("bot")
RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}(?:[- ][0-9A-HJKMNP-TV-Z]{5}){3}\b")
BATCH = datetime(2027, 1, 5, 13, 1, tzinfo=UTC)
"""Tuesday, a minute after the batch of 8:00 AM in New York."""
WORDS = "Nobody covers the front desk while we start patients."


async def raise_concern(page: Page) -> str:
    """Fill in the form and send it; the receipt."""
    await page.say("/mat concern whatever stands here is not read")
    await page.form_titled("Raise a concern")
    await page.choose_first("What is it about?")
    await page.fill("What gets in the way?", WORDS)
    await page.submit()
    shown = await (await page.form_titled("Your receipt")).inner_text()
    found = RECEIPT.search(shown)
    assert found, shown
    return found[0]


async def test_a_concern_is_raised_and_its_receipt_shown_once(open_page: OpenPage, side: SlackSide) -> None:
    page = await open_page(BEHAVIORAL, channel=TEAM.name)
    receipt = await raise_concern(page)
    assert len(receipt) == 23
    await page.close_form()

    said = str(
        [await side.messages(TEAM.channel_id), await side.direct_messages(BEHAVIORAL.user_id), await side.calls()]
    )
    assert receipt not in said
    assert WORDS not in said
    assert {call_name for call_name in await side.methods() if call_name.startswith("chat.")} == set()


async def test_a_receipt_is_looked_up_on_the_same_form(open_page: OpenPage) -> None:
    page = await open_page(BEHAVIORAL, channel=TEAM.name)
    receipt = await raise_concern(page)
    await page.close_form()
    await page.say("/mat concern")
    await page.form_titled("Raise a concern")
    await page.press("Look up a receipt")
    await page.form_titled("Look up a receipt")
    await page.fill("Your receipt", receipt.lower().replace("-", " "))
    await page.submit()
    assert "Nothing to show for this receipt yet" in await page.read_form("Nothing to show")


async def test_a_concern_without_a_topic_is_kept_in_the_form(open_page: OpenPage) -> None:
    page = await open_page(BEHAVIORAL, channel=TEAM.name)
    await page.say("/mat concern")
    await page.form_titled("Raise a concern")
    await page.fill("What gets in the way?", WORDS)
    await page.submit()
    await page.read_form("topic")
    assert await page.form.locator("textarea").input_value() == WORDS


async def test_the_batch_comes_by_itself_and_only_the_inbox_has_the_words(
    open_page: OpenPage, side: SlackSide, set_time: SetTime
) -> None:
    theirs = await open_page(BEHAVIORAL, channel=TEAM.name)
    await raise_concern(theirs)
    await theirs.close_form()

    set_time(BATCH)
    await until(lambda: side.direct_messages(LEAD.user_id), what="the notice")
    assert WORDS not in str(await side.direct_messages(LEAD.user_id))
    readers = await open_page(LEAD)
    await readers.go_to_direct_messages()
    await readers.press("Open the inbox")
    await readers.form_titled("Concerns")
    await readers.press("Open")
    assert WORDS in await readers.read_form("Set status")
