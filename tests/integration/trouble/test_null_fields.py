"""A pre-filled field that comes back null keeps the stored value, in every form of the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_limits import elements
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import alike, kept, said


async def sent(folder: Path, name: str, *, nulls: bool) -> tuple[str, list[str]]:
    """What is answered and what is kept after the form was sent as it stands."""
    async with bot_under_test(folder) as bot:
        await with_clinic(bot)
        form = await FORMS[name](bot)
        answer = await bot.submit(form.view, form.answers, user=form.user, nulls=nulls)
        return alike(said(answer)), kept_but_concerns(bot)


def kept_but_concerns(bot: BotUnderTest) -> list[str]:
    """Concerns are sealed afresh each time; what their forms answer is compared instead."""
    return kept(bot, but=frozenset({"concern", "concern_note"}))


@pytest.mark.parametrize("name", FORMS)
async def test_nulls_do_what_untouched_fields_do(
    bot_folder: Path, store_templates: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    untouched = await sent(bot_folder, name, nulls=False)
    for store in (bot_folder / "data").iterdir():
        store.unlink()
    for template, file in zip(store_templates, ("matbot.db", store_templates[1].name), strict=True):
        (bot_folder / "data" / file).write_bytes(template.read_bytes())
    assert await sent(bot_folder, name, nulls=True) == untouched


async def test_the_walk_has_fields_to_null(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    filled = {
        name
        for name in ("milestone:drop", "milestone:move", "plan:reword", "huddle:save changed", "setup:basics")
        for form in [await FORMS[name](bot)]
        if any(key.startswith("initial") for _, element in elements(form.view["blocks"]) for key in element)
    }
    assert len(filled) == len(
        ("milestone:drop", "milestone:move", "plan:reword", "huddle:save changed", "setup:basics")
    )
