"""A receipt that is known and waits for an answer, and one that nobody ever got: the same bytes, in times that nobody can tell apart."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from scipy.stats import mannwhitneyu
from slack_bolt.async_app import AsyncBoltRequest

from mat.concerns import ClinicKey, Draft, Receipt
from messages.concern_form import look_up_form
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import Person
from tests.proof_table import Proof

KEY = ClinicKey(HERE.workspace, HERE.id)
# Far below the twenty wrong receipts that one person has a day.
EACH = 10
# Two samples of one distribution fall apart so far once in 10,000 runs.
CHANCE = 1e-4


async def asked(bot: BotUnderTest, receipt: Receipt, person: Person, number: int) -> tuple[bytes, float]:
    """What a look-up answers, byte for byte, and the seconds it took from the payload on."""
    view = {**look_up_form(HERE), "id": f"V{number}"}
    payload = payloads.submit(view, {"receipt": receipt.shown}, user=person)
    request = AsyncBoltRequest(body=dict(payload), mode="socket_mode")
    began = time.perf_counter()
    response = await bot.bot.app.async_dispatch(request)
    return response.body.encode(), time.perf_counter() - began


@pytest.mark.parametrize("n", [pytest.param(20, id="short"), pytest.param(400, id="full", marks=pytest.mark.proof)])
async def test_known_and_unknown_receipts_get_the_same_bytes_in_the_same_time(
    bot_folder: Path, n: int, proof: Proof
) -> None:
    people = [Person(f"U0LOOKS{number:03}", f"looks.{number}") for number in range(-(-2 * n // EACH))]
    async with FakeSlack() as slack:
        slack.world.people |= {person.id: person for person in people}
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await with_clinic(bot)
            box = bot.bot.concerns
            known = [
                await box.raise_concern(Draft("other", f"{number} times"), KEY, bot.clock()) for number in range(n)
            ]
            await box.release(KEY, bot.clock().date())
            # Half of the known ones wait for their release, and half for an answer.
            known += [await box.raise_concern(Draft("other", "waits"), KEY, bot.clock()) for _ in range(n // 2)]
            looks = [(receipt, True) for receipt in known[-n:]] + [(Receipt.new(), False) for _ in range(n)]
            random.shuffle(looks)
            for number, person in enumerate(people):
                await asked(bot, Receipt.new(), person, number)
            bytes_, seconds = set[bytes](), {True: list[float](), False: list[float]()}
            for number, (receipt, is_known) in enumerate(looks):
                body, took = await asked(bot, receipt, people[number % len(people)], 1000 + number)
                bytes_.add(body)
                seconds[is_known].append(took)
    chance = float(mannwhitneyu(seconds[True], seconds[False]).pvalue)
    proof(f"{n} known and {n} unknown receipts: different answers", len(bytes_) - 1, "0")
    proof(
        "  the chance to see such times if both came from one distribution (Mann-Whitney)",
        f"{chance:.3f}",
        f"> {CHANCE}",
    )
    assert len(bytes_) == 1
    assert b"Nothing to show" in bytes_.pop()
    # A few say nothing about time, and a run of all tests looks at no clock.
    assert n < 100 or chance > CHANCE
