"""`/mat plan` through real Bolt dispatch: a clinic adds, hides, rewords and changes its pace; the playbook stays as it ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mat.clinic import Clinic, Pace
from mat.plan import Milestone, MilestoneRow, State, plan_of
from mat.plan_editing import DESCRIPTION, LABEL
from tests.bot_under_test import HERE, Answer, BotUnderTest, with_clinic
from tests.fakes.slack_limits import elements
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, Person

FIRST = "pl-leadership-commitment"
NEW = {"block": "visits", "label": "Wound care plan", "sentence": "Everybody knows who looks after wounds."}


async def rows(bot: BotUnderTest) -> Mapping[str, MilestoneRow]:
    async with bot.bot.desk.work.reading() as books:
        return await books.at(HERE).milestones.rows()


async def clinic_now(bot: BotUnderTest) -> Clinic:
    async with bot.bot.desk.work.reading() as books:
        found = await books.clinics.get(HERE.workspace, HERE.id)
    assert found is not None
    return found


async def on_plan(bot: BotUnderTest) -> dict[str, Milestone]:
    return {m.id: m for m in plan_of(await clinic_now(bot), bot.bot.desk.playbook, await rows(bot))}


def names(answer: Answer) -> list[str]:
    return [str(thing["action_id"]) for _, thing in elements(answer.blocks) if "action_id" in thing]


async def add(bot: BotUnderTest, answers: Mapping[str, object] = NEW, user: Person = MEMBER) -> Answer:
    opened = await bot.press("mat:plan:add", await bot.slash("plan visits"), user=user)
    assert opened.view is not None, opened.text
    return await bot.submit(opened.view, {k: v for k, v in answers.items() if v is not None}, user=user)


# -- looking ----------------------------------------------------------------------------------------------------------


async def test_the_plan_by_building_block_and_each_block_on_its_own(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("plan")
    shown = len(await on_plan(bot))
    hidden = len(bot.bot.desk.playbook.milestones) - shown
    sums = f"{shown} milestones on the plan, {hidden} hidden or beyond your pace. Pace: standard."
    assert answer.text.startswith(f"Our plan: {sums}")
    opened = await bot.press("mat:plan:block#0", answer)
    assert "Leadership commitment signed" in opened.text
    assert (await bot.slash("plan leadership")).text == opened.text
    assert (await bot.press("mat:go:run#plan", opened)).text == answer.text


async def test_a_long_block_is_paged(bot: BotUnderTest) -> None:
    await with_clinic(bot, replace(HERE, pace=Pace.FULL))
    opened = await bot.slash("plan leadership")
    more = await bot.press("mat:plan:block#after", opened)
    back = await bot.press("mat:plan:block#before", more)
    assert back.text == opened.text
    assert more.text != opened.text


@pytest.mark.parametrize("words", ["moud", "six building blocks"])
async def test_one_program_alone(bot: BotUnderTest, clinic: Clinic, words: str) -> None:
    answer = await bot.slash(f"plan {words}")
    assert ("Plan and readiness" in answer.text) == (words == "moud")
    assert ("Measuring success" in answer.text) != (words == "moud")


async def test_an_unknown_block_is_answered_with_those_of_the_clinic(bot: BotUnderTest) -> None:
    await with_clinic(bot, replace(HERE, tracks=("sixbb",)))
    for words in ("parking", "staff support"):
        answer = await bot.slash(f"plan {words}")
        assert "Measuring success" in answer.text
        assert "Plan and readiness" not in answer.text


# -- hiding and showing -----------------------------------------------------------------------------------------------


async def test_hidden_it_leaves_the_plan_and_comes_back_where_it_was(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("done leadership commitment")
    before = (await on_plan(bot))[FIRST]
    page = await bot.slash("plan leadership")
    hidden = await bot.press("mat:plan:hide", page)
    assert hidden.text.startswith("Hidden: Leadership commitment signed.")
    assert FIRST not in await on_plan(bot)
    assert "Leadership commitment" not in (await bot.slash("status leadership")).text
    shown = await bot.press("mat:plan:show", hidden)
    assert shown.text.startswith("On the plan: Leadership commitment signed")
    assert (await on_plan(bot))[FIRST] == before


async def test_what_is_beyond_the_pace_can_be_taken_on_alone(bot: BotUnderTest, clinic: Clinic) -> None:
    page = await bot.press("mat:plan:hidden", await bot.slash("plan leadership"))
    before = await on_plan(bot)
    await bot.press("mat:plan:show", page)
    assert len(await on_plan(bot)) == len(before) + 1


async def test_hiding_twice_is_the_same_as_once(bot: BotUnderTest, clinic: Clinic) -> None:
    before = await on_plan(bot)
    page = await bot.slash("plan leadership")
    await bot.press("mat:plan:hide", page)
    again = await bot.press("mat:plan:hide", page, user=LEAD)
    assert again.text.startswith("Hidden:")
    assert set(await on_plan(bot)) == set(before) - {FIRST}


# -- adding and rewording ---------------------------------------------------------------------------------------------


async def test_an_own_milestone_is_on_the_plan_and_lives_like_any_other(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await add(bot, NEW | {"due": "2027-02-01"})
    assert "*Added to Planned, patient-centered visits:* Wound care plan, due Mon, February 1, 2027." in str(
        answer.body
    )
    assert "Wound care plan" in (await bot.slash("done wound care")).text
    assert (await rows(bot))["x-wound-care-plan"].state is State.DONE


async def test_its_undo_takes_it_off_again(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await add(bot)
    assert answer.view is not None
    await bot.press("mat:plan:hide", answer.view)
    assert "x-wound-care-plan" not in await on_plan(bot)


async def test_typed_words_stand_in_the_form_already_even_where_they_come_back_as_null(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    opened = await bot.slash("plan add Wound care plan")
    assert opened.view is not None
    await bot.submit(opened.view, {"block": "visits", "sentence": NEW["sentence"]}, nulls=True)
    assert (await rows(bot))["x-wound-care-plan"].due is not None


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"due": "2027-01-03"}, "due", "January 3, 2027 is in the past"),
        ({"label": "improvement team named"}, "label", "already a milestone called"),
        ({"label": "MRN 48151623"}, "label", "no patient details"),
        ({"sentence": "Call 555-867-5309 about Mrs. Jones, DOB 03/04/1961."}, "sentence", "no patient details"),
    ],
)
async def test_bad_input_is_said_at_its_field(
    bot: BotUnderTest, clinic: Clinic, answers: dict[str, object], field: str, words: str
) -> None:
    answer = await add(bot, NEW | answers)
    assert list(answer.body["errors"]) == [field]
    assert words in answer.body["errors"][field]
    assert await rows(bot) == {}


async def test_a_forged_block_is_refused_at_its_field(bot: BotUnderTest, clinic: Clinic) -> None:
    opened = await bot.slash("plan add")
    assert opened.view is not None
    option = {"text": {"type": "plain_text", "text": "Forged"}, "value": "roof"}
    blocks: list[Any] = [dict(b) for b in opened.view["blocks"]]
    blocks[0]["element"] = {**blocks[0]["element"], "options": [option]}
    answer = await bot.submit({**opened.view, "blocks": blocks}, NEW | {"block": "roof"})
    assert answer.body["errors"] == {"block": "Please choose one of the building blocks in the list."}


async def test_the_longest_words_fit(bot: BotUnderTest, clinic: Clinic) -> None:
    for number in range(3):
        label = f"{number}".ljust(LABEL, "&")
        answer = await add(bot, NEW | {"label": label, "sentence": "<" * DESCRIPTION})
        assert answer.body["response_action"] == "update"
    assert (await bot.slash("plan")).blocks


async def test_other_words_for_a_milestone_and_back(bot: BotUnderTest, clinic: Clinic) -> None:
    page = await bot.slash("plan leadership")
    opened = await bot.press("mat:plan:reword", page)
    assert opened.view is not None
    answer = await bot.submit(opened.view, {"label": "Boss  on board"})
    assert "*Reworded:* Boss on board" in str(answer.body)
    assert (await on_plan(bot))[FIRST].short == "Boss on board"
    assert bot.bot.desk.playbook.milestones[FIRST].short == "Leadership commitment signed"
    assert answer.view is not None
    await bot.press("mat:plan:original", answer.view)
    assert (await on_plan(bot))[FIRST].short == "Leadership commitment signed"


async def test_rewording_keeps_state_and_undo(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("done leadership commitment")
    opened = await bot.press("mat:plan:reword", await bot.slash("plan leadership"))
    assert opened.view is not None
    await bot.submit(opened.view, {"label": "Boss on board"})
    undone = await bot.slash("undo boss")
    assert "Undone: Boss on board" in undone.text
    assert (await rows(bot))[FIRST].state is State.LATER


async def test_a_label_that_another_has_is_refused(bot: BotUnderTest, clinic: Clinic) -> None:
    opened = await bot.press("mat:plan:reword", await bot.slash("plan leadership"))
    assert opened.view is not None
    answer = await bot.submit(opened.view, {"label": "Improvement team named"})
    assert "already a milestone called" in answer.body["errors"]["label"]


# -- pace -------------------------------------------------------------------------------------------------------------


async def test_pace_changes_what_is_on_the_plan_and_undo_brings_it_back(bot: BotUnderTest, clinic: Clinic) -> None:
    before = set(await on_plan(bot))
    answer = await bot.press("mat:plan:pace#light", await bot.slash("plan pace"))
    assert answer.text == f"Pace: now light, with 16 milestones on the plan (it was {len(before)})."
    assert (await clinic_now(bot)).pace is Pace.LIGHT
    await bot.press("mat:plan:pace", answer)
    assert set(await on_plan(bot)) == before


async def test_a_slower_pace_keeps_what_was_begun(bot: BotUnderTest, clinic: Clinic) -> None:
    last = list(await on_plan(bot))[-1]
    async with bot.bot.desk.work.writing() as books:
        await books.at(HERE).milestones.save(MilestoneRow(last, state=State.MOVING, changed_at=bot.clock()))
        await books.commit()
    answer = await bot.press("mat:plan:pace#light", await bot.press("mat:plan:paces", await bot.slash("plan")))
    assert "1 milestone you have begun stays on it." in answer.text
    assert last in await on_plan(bot)


async def test_the_same_pace_twice_says_so(bot: BotUnderTest, clinic: Clinic) -> None:
    choices = await bot.slash("plan pace")
    await bot.press("mat:plan:pace#full", choices)
    assert "already full" in (await bot.press("mat:plan:pace#full", choices, user=LEAD)).text


# -- who may ----------------------------------------------------------------------------------------------------------


async def test_a_colleague_reads_the_plan_and_changes_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    assert names(await bot.slash("plan", user=ADMIN)) == [f"mat:plan:block#{n}" for n in range(10)]
    page = await bot.slash("plan leadership")
    for name in ("mat:plan:hide", "mat:plan:reword", "mat:plan:add"):
        answer = await bot.press(name, page, user=ADMIN)
        assert "members of the improvement team" in answer.text
        assert answer.view is None
    assert await rows(bot) == {}


async def test_a_guest_gets_one_polite_refusal(bot: BotUnderTest, clinic: Clinic) -> None:
    assert "I work with members" in (await bot.slash("plan", user=GUEST)).text


@pytest.mark.parametrize(
    "name", ["mat:plan:hide", "mat:plan:show", "mat:plan:reword", "mat:plan:original", "mat:plan:hidden"]
)
async def test_an_old_or_forged_button_is_refused(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    value = '{"clinic":"maple","milestone":"pl-nothing","block":"roof","page":"-1"}'
    button = {"type": "button", "action_id": name, "value": value, "text": {"type": "plain_text", "text": "x"}}
    answer = await bot.press(name, Answer({"blocks": [{"type": "actions", "elements": [button]}]}, ""))
    assert "no longer on the plan" in answer.text or "building blocks in the list" in answer.text
    assert await rows(bot) == {}
