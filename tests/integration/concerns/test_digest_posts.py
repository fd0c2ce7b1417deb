"""The digest as leadership gets it, week after week: it comes also when there is nothing, and of concerns it says what the rule lets it say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mat.concerns import ClinicKey, Draft
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import LEAD, PostedMessage

KEY = ClinicKey(HERE.workspace, HERE.id)
TOO_FEW = "*Concerns:* too few to show yet."


async def ticked(bot: BotUnderTest) -> None:
    delivery = bot.bot.delivery
    for part in (delivery.planner, delivery.rounds, delivery.heartbeat, delivery.courier):
        await part.tick()


async def a_week(bot: BotUnderTest, concerns: int) -> list[PostedMessage]:
    """The digests of the Monday after a week in which so many concerns were released."""
    for _ in range(concerns):
        await bot.bot.concerns.raise_concern(Draft("safety", "Nobody answers the phone."), KEY, bot.clock())
    before = len(bot.slack.world.messages)
    # Each working day's batch, and on Monday the digest.
    for _ in range(7):
        # The bot runs when the hour comes; whoever starts it an hour later is told what was missed.
        for minutes in (24 * 60 - 3, 2, 1):
            bot.clock.jump_to(bot.clock() + timedelta(minutes=minutes))
            await ticked(bot)
    return [one for one in list(bot.slack.world.messages)[before:] if "weekly digest" in str(one.blocks)]


def concerns_in(digest: PostedMessage) -> str:
    (said,) = [block["text"]["text"] for block in digest.blocks if "*Concerns:*" in str(block)]
    return str(said)


async def test_it_comes_also_when_there_is_nothing_and_says_what_the_rule_lets_it_say(bot_folder: Path) -> None:
    async with (
        FakeSlack(HandClock(MONDAY_MORNING - timedelta(minutes=59))) as slack,
        bot_under_test(bot_folder, slack=slack) as bot,
    ):
        await with_clinic(bot)
        async with bot.bot.desk.work.writing() as books:
            await keep_schedules(books.at(HERE), HERE, bot.clock())
            await books.commit()
        said = list[str]()
        for concerns in (0, 4, 1, 0, 12, 2):
            (digest,) = await a_week(bot, concerns)
            said.append(concerns_in(digest))
            preview = await bot.slash("digest", user=LEAD)
            assert said[-1] in [block["text"]["text"] for block in preview.blocks if "text" in block]
    late = "At least one has waited longer than 5 working days for an answer."
    five = f"*Concerns:* 5–9 were released. Most about: Safety. {late}"
    assert said == [TOO_FEW, TOO_FEW, five, TOO_FEW, five.replace("5–9", "10+"), TOO_FEW]
