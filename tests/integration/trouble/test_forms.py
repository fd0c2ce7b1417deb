"""Every form opens, is sent as it stands, and answers with a sentence. The walks in this folder rely on it."""

from __future__ import annotations

import pytest

from commands.everything import VIEWS
from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest
from tests.integration.trouble.forms import FORMS


def test_every_form_is_in_the_list() -> None:
    assert {name.partition(" ")[0] for name in FORMS} == set(VIEWS)


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_filled_in_as_it_should_be_is_taken(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    assert form.view["callback_id"] == f"mat:{name.partition(' ')[0]}"
    answer = await bot.submit(form.view, form.answers, user=form.user)
    assert answer.body.get("response_action") in {"update", "clear"}, answer.body
    assert "went wrong" not in answer.shown
