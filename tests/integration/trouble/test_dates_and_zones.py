"""Days in the past, days nobody can plan for, and zones that do not exist, in every form that asks for one."""

from __future__ import annotations

import pytest

from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest
from tests.fakes import payloads
from tests.fakes.slack_limits import elements
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept

DATED = ("milestone:move", "plan:add", "huddle:save", "huddle:save changed", "setup:basics", "team:closed")
ZONED = ("setup:basics", "team:zone")


@pytest.mark.parametrize("name", FORMS)
async def test_the_walk_knows_every_form_with_a_date_or_a_zone(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    kinds = {element["type"] for _, element in elements(form.view["blocks"])}
    blocks = {block.get("block_id") for block, _ in elements(form.view["blocks"])}
    assert ("datepicker" in kinds) == (name in DATED)
    assert ("zone_other" in blocks) == (name in ZONED)


@pytest.mark.parametrize("name", DATED)
async def test_a_day_in_the_past_is_refused_at_its_field(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    blocks = {str(b["block_id"]) for b, e in elements(form.view["blocks"]) if e["type"] == "datepicker"}
    past = dict.fromkeys(blocks, "2020-01-01")
    answer = await bot.submit(form.view, {**form.answers, **past}, user=form.user)
    assert set(answer.body["errors"]) & blocks
    assert "in the past" in str(answer.body) or "over" in str(answer.body)
    assert kept(bot) == before


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-02-30", "soon"])
@pytest.mark.parametrize("name", DATED)
async def test_a_day_nobody_can_plan_for_is_no_mistake_of_ours(
    bot: BotUnderTest, clinic: Clinic, name: str, day: str
) -> None:
    form = await FORMS[name](bot)
    payload = payloads.submit(form.view, form.answers, user=form.user, trigger="forged")
    for fields in payload["view"]["state"]["values"].values():
        for state in fields.values():
            if state["type"] == "datepicker":
                state["selected_date"] = day
    status, body = await bot.dispatch(payload)
    assert status == 200
    assert "went wrong" not in str(body)
    for line in ("", "status", "plan", "huddle", "agenda", "team"):
        assert "went wrong" not in str((await bot.slash(line, user=form.user)).body), line


@pytest.mark.parametrize(
    "zone", ["Atlantis", "../../etc/passwd", "America/", "EST5EDT7", "+05:00", "America/New York City"]
)
@pytest.mark.parametrize("name", ZONED)
async def test_a_zone_that_does_not_exist_is_refused_with_an_example(
    bot: BotUnderTest, clinic: Clinic, name: str, zone: str
) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    answer = await bot.submit(form.view, {**form.answers, "zone_other": zone}, user=form.user)
    assert "for example America/Chicago" in answer.body["errors"]["zone_other"]
    assert kept(bot) == before
