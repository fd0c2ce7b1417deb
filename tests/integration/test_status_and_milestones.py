"""`/mat status` and the life of a milestone, through real Bolt dispatch and a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mat.clinic import Clinic, Pace
from mat.plan import State
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, OTHER_CHANNEL, OUTSIDER, ROBOT, TEAM_CHANNEL, Person

NEWCOMER = Person("U0NEWBIE1", "nia")
COLLEAGUE = ADMIN


async def state_of(bot: BotUnderTest, milestone: str) -> tuple[State, str]:
    async with bot.bot.desk.work.reading() as books:
        row = await books.at(HERE).milestones.row(milestone)
    return row.state, row.note


# -- status -----------------------------------------------------------------------------------------------------------


async def test_status_is_private_and_shows_both_tracks(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("status")
    assert answer.body["response_type"] == "ephemeral"
    assert "Six Building Blocks, stage 1 of 3" in answer.text
    assert "MOUD start-up, stage 1 of 3" in answer.text
    assert not bot.slack.called("chat.postMessage"), "only the caller sees it"


async def test_share_posts_it_for_everybody_and_only_then(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("status policies share")
    assert not bot.slack.world.messages_in(TEAM_CHANNEL)
    await bot.press("mat:status:share", answer)
    (posted,) = bot.slack.world.messages_in(TEAM_CHANNEL)
    assert f"<@{MEMBER.id}>" in str(posted.blocks)
    assert "Leadership" not in str(posted.blocks), "still narrowed to policies"


async def test_share_where_the_bot_is_not_a_member_says_how_to_invite_it(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("status", channel=OTHER_CHANNEL)
    shared = await bot.press("mat:status:share", answer, channel=OTHER_CHANNEL)
    assert "/invite @matbot" in shared.text


async def test_status_is_read_from_the_store_each_time(bot: BotUnderTest, clinic: Clinic) -> None:
    before = (await bot.slash("status")).text
    await bot.slash("done pdmp", user=LEAD)
    after = (await bot.slash("status")).text
    assert "0 of 43 done" in before
    assert "1 of 43 done" in after


@pytest.mark.parametrize("words", ["policies", "POLICY", "leadership", "moud"])
async def test_status_narrows(bot: BotUnderTest, clinic: Clinic, words: str) -> None:
    answer = await bot.slash(f"status {words}")
    assert answer.text.count("stage") == 1


async def test_an_unknown_block_is_answered_with_the_known_ones(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("status <!channel> parking")
    assert "Tracking" in answer.text
    assert "<!channel>" not in answer.text


async def test_moving_without_change_for_28_days_shows_as_stuck(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("start pdmp")
    bot.clock.jump_to(bot.clock.now + timedelta(days=28))
    answer = await bot.slash("status")
    assert "Everyone enrolled in PDMP, for 28 days, no change" in answer.text


async def test_by_building_block_and_back(bot: BotUnderTest, clinic: Clinic) -> None:
    choice = await bot.press("mat:status:blocks", await bot.slash("status"))
    narrowed = await bot.press("mat:go:run#1", choice)
    assert narrowed.last["replace_original"] is True
    whole = await bot.press("mat:go:run#all", narrowed)
    assert "MOUD start-up" in whole.text


# -- changing milestones ----------------------------------------------------------------------------------------------


async def test_one_match_is_done_at_once_and_undone(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("done PDMP")
    assert "Done: Everyone enrolled in PDMP." in answer.text
    assert await state_of(bot, "di-tracking-pdmp") == (State.DONE, "")
    undone = await bot.press("mat:milestone:undo", answer)
    assert "back to “later”" in undone.text
    assert "Done:" in (await bot.press("mat:milestone:done", undone)).text, "one Undo too many"
    await bot.slash("undo pdmp")
    assert await state_of(bot, "di-tracking-pdmp") == (State.LATER, "")


async def test_undo_works_after_a_restart_and_for_seven_days(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await with_clinic(bot)
            answer = await bot.slash("done pdmp")
        bot.clock.jump_to(bot.clock.now + timedelta(days=6, hours=23))
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await bot.press("mat:milestone:undo", answer)
            assert (await state_of(bot, "di-tracking-pdmp"))[0] is State.LATER


async def test_undo_says_so_when_it_is_too_late_or_pressed_twice(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("done pdmp")
    await bot.press("mat:milestone:undo", answer)
    twice = await bot.press("mat:milestone:undo", answer)
    assert "nothing to undo" in twice.text
    answer = await bot.slash("done naloxone")
    bot.clock.jump_to(bot.clock.now + timedelta(days=8))
    assert "nothing to undo" in (await bot.press("mat:milestone:undo", answer)).text
    assert (await state_of(bot, "moud-di-naloxone"))[0] is State.DONE


async def test_undo_as_a_word_takes_back_the_persons_own_latest_change(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("done pdmp", user=LEAD)
    bot.clock.jump_to(bot.clock.now + timedelta(minutes=1))
    await bot.slash("done naloxone")
    assert "Naloxone" in (await bot.slash("undo")).text
    assert "nothing to undo" in (await bot.slash("undo")).text
    assert "PDMP" in (await bot.slash("undo pdmp")).text
    assert "No milestone matches" in (await bot.slash("undo parking")).text


async def test_undo_without_words_when_nothing_was_changed(bot: BotUnderTest, clinic: Clinic) -> None:
    assert "you changed no milestone in the last seven days" in (await bot.slash("undo")).text


async def test_several_matches_answer_with_buttons(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("done pol")
    assert "Several milestones match" in answer.text
    done = await bot.press("mat:milestone:done", answer)
    assert "Done:" in done.text
    assert done.last["replace_original"] is True, "the choice is gone once it is made"


async def test_stuck_takes_what_it_waits_for_from_the_line_or_asks(bot: BotUnderTest, clinic: Clinic) -> None:
    assert "waiting for access from IT" in (await bot.slash("stuck pdmp: access from IT")).text
    assert await state_of(bot, "di-tracking-pdmp") == (State.STUCK, "access from IT")
    asked = await bot.slash("stuck naloxone")
    assert asked.view is not None
    assert not asked.body, "the form is the answer"
    told = await bot.submit(asked.view, {"note": "the pharmacy"})
    assert await state_of(bot, "moud-di-naloxone") == (State.STUCK, "the pharmacy")
    assert "the pharmacy" in told.shown
    again = await bot.slash("stuck mentors: Waiting for the state")
    assert "Mentors or pairs in place, waiting for the state." in again.text


async def test_drop_needs_a_reason_and_is_left_out_of_the_count(bot: BotUnderTest, clinic: Clinic) -> None:
    asked = await bot.slash("drop naloxone")
    assert asked.view is not None
    refused = await bot.submit(asked.view, {"note": "   "})
    assert refused.body["response_action"] == "errors"
    assert (await state_of(bot, "moud-di-naloxone"))[0] is State.LATER
    await bot.slash("drop naloxone because the state gives it out")
    assert "0 of 22 done" in (await bot.slash("status moud")).text


async def test_move_and_give_from_the_own_list(bot: BotUnderTest, clinic: Clinic) -> None:
    today = await bot.slash("")
    form = await bot.press("mat:milestone:move", today)
    assert form.view is not None
    past = await bot.submit(form.view, {"due": "2026-12-01"})
    assert "in the past" in str(past.body["errors"])
    moved = await bot.submit(form.view, {"due": "2027-02-01"})
    assert "Mon, February 1, 2027" in moved.shown


async def test_a_prefilled_field_that_comes_back_null_keeps_its_value(bot: BotUnderTest, clinic: Clinic) -> None:
    today = await bot.slash("")
    form = await bot.press("mat:milestone:move", today)
    assert form.view is not None
    kept = await bot.submit(form.view, nulls=True)
    assert kept.body["response_action"] in {"update", "errors"}
    assert "in the past" in kept.shown or "is now due" in kept.shown


async def test_what_is_not_on_the_plan_is_said_and_can_be_put_there(bot: BotUnderTest) -> None:
    await with_clinic(bot, replace(HERE, pace=Pace.LIGHT))
    answer = await bot.slash("done pdmp")
    assert "Not on your plan just now." in answer.text
    assert "beyond the pace you chose (light)" in answer.shown
    shown = await bot.press("mat:plan:show", answer)
    assert "On the plan: Everyone enrolled in PDMP" in shown.text
    assert "Done: Everyone enrolled in PDMP." in (await bot.slash("done pdmp")).text
    assert "No milestone matches “parking”. Type /mat plan" in (await bot.slash("done parking")).text


async def test_what_is_started_late_says_that_it_is_late(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.clock.jump_to(bot.clock.now + timedelta(weeks=60))
    assert "Moving: Naloxone workflow, late since" in (await bot.slash("start naloxone")).text


async def test_a_milestone_leads_to_its_building_block(bot: BotUnderTest, clinic: Clinic) -> None:
    assert "Care and workflow, stage" in (await bot.slash("status naloxone")).text
    assert "Naloxone workflow" in (await bot.slash("plan naloxone")).text


async def test_one_building_block_is_counted_under_its_own_name(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("status measuring")
    assert "Measuring success, stage 1 of 3, 0 of 8 done" in answer.text
    assert "Six Building Blocks" not in answer.shown


async def test_already_done_is_said_and_changes_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    first = await bot.slash("done pdmp")
    again = await bot.slash("done pdmp")
    assert "already done" in again.text
    await bot.press("mat:milestone:undo", first)
    assert (await state_of(bot, "di-tracking-pdmp"))[0] is State.LATER, (
        "the second one left nothing behind to undo first"
    )


async def test_patient_details_are_refused_and_not_kept(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("stuck pdmp: call 555-867-5309 about MRN 4471823")
    assert "I hold no patient details" in str(answer.view)
    assert (await state_of(bot, "di-tracking-pdmp"))[0] is State.LATER


async def test_too_long_words_are_refused_with_the_limit(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("stuck pdmp: " + "x " * 2_000)
    assert "300" in answer.text
    assert (await state_of(bot, "di-tracking-pdmp"))[0] is State.LATER


@pytest.mark.parametrize("line", ["done", "start", "done parking lot", "undo", "stuck", "drop"])
async def test_no_or_unmatched_words_get_a_sentence_and_change_nothing(
    bot: BotUnderTest, clinic: Clinic, line: str
) -> None:
    assert (await bot.slash(line)).text
    async with bot.bot.desk.work.reading() as books:
        assert not await books.at(clinic).milestones.rows()


# -- who --------------------------------------------------------------------------------------------------------------


async def test_a_colleague_may_look_but_not_change(bot: BotUnderTest, clinic: Clinic) -> None:
    look = await bot.slash("status", user=COLLEAGUE)
    assert "Six Building Blocks" in look.text
    assert "mat:milestone:" not in look.shown
    refused = await bot.slash("done pdmp", user=COLLEAGUE)
    assert "Only members of the improvement team" in refused.text


@pytest.mark.parametrize("person", [GUEST, OUTSIDER, ROBOT], ids=lambda p: p.name)
@pytest.mark.parametrize("line", ["", "status", "done pdmp", "digest"])
async def test_guests_outsiders_and_bots_get_one_polite_refusal(
    bot: BotUnderTest, clinic: Clinic, person: Person, line: str
) -> None:
    await bot.slash("help", user=person)  # people of other organisations are in no list; the first word looks them up
    answer = await bot.slash(line, user=person)
    assert "I work with members of this workspace's clinic teams" in answer.text
    assert "Maple" not in answer.shown


async def test_a_stranger_is_looked_up_and_served_the_next_time(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.slack.world.people[NEWCOMER.id] = NEWCOMER
    first = await bot.slash("status", user=NEWCOMER)
    assert "try again in a few seconds" in first.text
    assert "Six Building Blocks" in (await bot.slash("status", user=NEWCOMER)).text


async def test_somebody_elses_button_is_refused_privately(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("done pdmp")
    refused = await bot.press("mat:milestone:undo", answer, user=COLLEAGUE)
    assert refused.last["response_type"] == "ephemeral"
    assert "Only members" in refused.text
    assert (await state_of(bot, "di-tracking-pdmp"))[0] is State.DONE


# -- which clinic -----------------------------------------------------------------------------------------------------


async def test_a_person_of_two_clinics_is_asked_once_and_remembered(bot: BotUnderTest, clinic: Clinic) -> None:
    birch = replace(HERE, id="birch", name="Birch Hill", channel="C0PRIVAT1")
    await with_clinic(bot, birch)
    asked = await bot.slash("done pdmp", channel="D0DIRECT1")
    assert "Which one do you mean" in asked.text
    chosen = await bot.press("mat:go:clinic#0", asked)
    assert "Done:" in chosen.text
    assert "Done:" in (await bot.slash("done naloxone", channel="D0DIRECT1")).text
    assert "Maple" in (await bot.slash("status", channel=TEAM_CHANNEL)).shown, "in a clinic's channel it is that clinic"


async def test_before_any_setup_everything_says_how_to_start(bot: BotUnderTest) -> None:
    for line in ("", "status", "done pdmp"):
        assert "/mat setup" in (await bot.slash(line)).text


async def test_a_line_that_names_a_patient_goes_into_no_button(bot: BotUnderTest, clinic: Clinic) -> None:
    await with_clinic(bot, replace(clinic, id="birch", name="Birch Hill Clinic", channel="C0BIRCH01"))
    answer = await bot.slash("stuck pdmp: MRN 4471882", channel="C0ELSEWHERE")
    assert "“4471882”" in answer.text
    assert "mat:go:clinic" not in answer.shown
    assert "mat:go:clinic" in (await bot.slash("stuck pdmp: the vendor", channel="C0ELSEWHERE")).shown
