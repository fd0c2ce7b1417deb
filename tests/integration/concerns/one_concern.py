"""A whole bot in a process of its own: raises one concern, and may be killed at a step on the way.

    python -m tests.integration.concerns.one_concern FOLDER STEP

Steps are what the stores do from the press on *Send* on: before and after each statement, before each commit, whenever a connection is
given back, and when the scrub opens the file. At step STEP the process kills itself, as no power cut could do better; never where it
is 0. It prints the receipt as soon as Slack has it, and in the end how many steps there were.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, Pool, event

from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import Person

ANA = Person("U0CANARYANA", "ana.canary")
TEXT = "Purple giraffes leave no time to call back."
VIEW, HASH = "V0CANARYVIEW", "1763712345.kZ3fQ9aB"


class Steps:
    """Counts from `armed` on."""

    def __init__(self, last: int) -> None:
        self.count, self._last, self.armed = 0, last, False
        for target, name in (
            (Engine, "before_cursor_execute"),
            (Engine, "after_cursor_execute"),
            (Engine, "commit"),
            (Pool, "checkin"),
        ):
            event.listen(target, name, self._step)
        sys.addaudithook(lambda name, _arguments: self._step() if name == "sqlite3.connect" else None)

    def _step(self, *_about: object) -> None:
        if not self.armed:
            return
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def raise_one(bot: BotUnderTest, steps: Steps) -> None:
    opened = (await bot.slash("concern", user=ANA)).view
    assert opened is not None
    steps.armed = True
    # The form that Slack keeps open through a crash has the same two names afterwards.
    answer = await bot.submit({**opened, "id": VIEW, "hash": HASH}, {"topic": "other", "text": TEXT}, user=ANA)
    say(answer.body["view"]["blocks"][1]["text"]["text"].strip("`"))
    while not bot.bot.concerns.scrubbed:  # noqa: ASYNC110 - the store tells nobody when it is done
        await asyncio.sleep(0.05)


async def main(folder: Path, step: int) -> None:
    steps = Steps(step)
    async with FakeSlack() as slack:
        slack.world.people[ANA.id] = ANA
        async with bot_under_test(folder, slack=slack) as bot:
            await with_clinic(bot)
            await raise_one(bot, steps)
    say(str(steps.count))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
