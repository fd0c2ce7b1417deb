"""A form that is refused says everything that is wrong with it, and to look for that keeps nothing."""

from __future__ import annotations

import pytest

from commands.rehearsal import LOOKS
from mat.clinic import Clinic
from mat.concerns import ConcernBox
from store.concerns.box import ConcernStore
from tests.bot_under_test import BotUnderTest
from tests.integration.concerns.test_log_firewall import dump
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.test_patient_words import CERTAIN, GUARDED
from tests.logged import logged


async def concern(bot: BotUnderTest, answers: dict[str, object]) -> dict[str, str]:
    form = (await bot.slash("concern")).view
    assert form is not None
    # Slack asks for both fields itself; a client that sends null for them, or a forged form, does not.
    return dict((await bot.submit(form, answers, nulls=True)).body["errors"])


@pytest.mark.parametrize("text", ["", "   ", CERTAIN])
async def test_a_concern_without_topic_and_with_wrong_words_hears_of_both(
    bot: BotUnderTest, clinic: Clinic, text: str
) -> None:
    before = dump(bot.folder / "data" / "concerns.db")
    errors = await concern(bot, {"text": text})
    assert set(errors) == {"topic", "text"}
    assert errors["topic"] != errors["text"]
    assert dump(bot.folder / "data" / "concerns.db") == before


async def test_what_is_right_hears_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    assert set(await concern(bot, {"topic": "other", "text": CERTAIN})) == {"text"}
    assert set(await concern(bot, {"text": "Nobody answers the phone."})) == {"topic"}


async def test_to_be_refused_counts_as_no_concern(bot: BotUnderTest, clinic: Clinic) -> None:
    for _ in range(5):
        await concern(bot, {"topic": "other", "text": CERTAIN})
    form = (await bot.slash("concern")).view
    assert form is not None
    assert "Your receipt" in (await bot.submit(form, {"topic": "other", "text": "Nobody answers the phone."})).shown


@pytest.mark.parametrize("place", GUARDED)
async def test_a_second_look_keeps_nothing_and_is_no_trouble(bot: BotUnderTest, clinic: Clinic, place: str) -> None:
    form, _, field = place.rpartition(" ")
    opened = await FORMS[form](bot)
    stores = [bot.folder / "data" / name for name in ("matbot.db", "concerns.db")]
    before, calls = [dump(store) for store in stores], len(bot.slack.calls)
    with logged("INFO") as log:
        answer = await bot.submit(opened.view, {**opened.answers, field: CERTAIN}, user=opened.user)
    assert field in answer.body["errors"]
    assert [dump(store) for store in stores] == before
    assert bot.slack.calls[calls:] == []
    assert "failed" not in log.lines


def test_whatever_changes_the_concern_store_is_no_look() -> None:
    """The names are right, and each opens the store for reading alone."""
    assert all(hasattr(ConcernBox, name) for name in LOOKS)
    assert not any("_writing" in getattr(ConcernStore, name).__code__.co_names for name in LOOKS)
