"""“You said, we did” on the page: a reader is asked, changes a word, says yes; the channel and Home tell everybody."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.build import Bot
from mat.concerns import ClinicKey, Draft, Status
from tests.acceptance.clinics import LARKSPUR
from tests.acceptance.conftest import OpenPage, SetTime
from tests.acceptance.slack_side import SlackSide, until
from tests.acceptance.world import BEHAVIORAL, LEAD, NURSE, TEAM

KEY = ClinicKey(LARKSPUR.workspace, LARKSPUR.id)
FIRST_TUESDAY = datetime(2027, 1, 5, 14, 0, 5, tzinfo=UTC)
"""9:00 AM in New York, and five seconds."""
SENTENCE, BETTER = "Two people share the front desk.", "From Monday, two people share the front desk."


async def told(bot: Bot) -> None:
    """A concern was raised, released and answered with a sentence for everybody."""
    now = bot.desk.clock()
    await bot.concerns.raise_concern(Draft("staffing", "Nobody covers the front desk"), KEY, now)
    await bot.concerns.release(KEY, now.date())
    (concern,) = (await bot.concerns.listed(KEY)).concerns
    await bot.concerns.set_status(
        KEY, concern.id, status=Status.DONE, sentence=SENTENCE, topic="staffing", now=bot.desk.clock()
    )


async def test_a_reader_says_yes_and_everybody_reads_it(
    bot: Bot, open_page: OpenPage, side: SlackSide, set_time: SetTime
) -> None:
    await told(bot)
    staff, lead = await open_page(BEHAVIORAL, channel=TEAM.name), await open_page(LEAD, channel=TEAM.name)
    home = await staff.go_home()
    assert "Nothing yet. What became of concerns is told here." in await home.inner_text()
    await staff.go_to(TEAM.name)
    set_time(FIRST_TUESDAY)

    await lead.go_to_direct_messages()
    assert SENTENCE in await lead.read("is ready to look at")
    await lead.press("Edit", within=lead.message("is ready to look at"))
    await lead.form_titled("You said, we did")
    await lead.fill("Done", BETTER)
    await lead.submit()
    await lead.read_form("On its way")
    await lead.close_form()

    shown = await staff.read("You said, we did")
    assert BETTER in shown
    assert "January 2027" in shown
    assert "Nobody covers" not in shown
    home = await staff.go_home()
    await home.get_by_text(BETTER).wait_for()

    async def asked() -> list[str]:
        return [m["text"] for m in await side.direct_messages(NURSE.user_id) if "is ready to look at" in m["text"]]

    assert len(await until(asked, what="the other reader's preview")) == 1
    nurse = await open_page(NURSE, channel=TEAM.name)
    await nurse.go_to_direct_messages()
    await nurse.press("Not this month", within=nurse.message("is ready to look at"))
    assert "has gone out already" in await nurse.read("has gone out already")
