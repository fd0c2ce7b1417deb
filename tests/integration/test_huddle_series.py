"""`/mat huddle`: series are made, changed, stopped and taken back through real Bolt dispatch, and their schedules with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mat.clinic import Clinic
from mat.delivery import PostKind, Schedule
from mat.huddle_editing import SERIES
from mat.huddles import HuddleSeries
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, OUTSIDER, TEAM_CHANNEL, Person

DAILY, MONTHLY = "daily-huddle", "improvement-team-monthly"


async def series_in(bot: BotUnderTest, clinic: Clinic = HERE, *, active_only: bool = True) -> tuple[HuddleSeries, ...]:
    async with bot.bot.desk.work.reading() as books:
        return await books.at(clinic).huddles.series(active_only=active_only)


async def schedules_in(bot: BotUnderTest) -> dict[tuple[PostKind, str], Schedule]:
    async with bot.bot.desk.work.reading() as books:
        return {(s.kind, s.subject): s for s in await books.at(HERE).schedules.all()}


async def new_form(bot: BotUnderTest, user: Person = MEMBER) -> Mapping[str, Any]:
    answer = await bot.press("mat:huddle:new", await bot.slash("huddle", user=user), user=user)
    assert answer.view is not None
    return answer.view


def ids(answers: Mapping[str, object], shape: str = DAILY) -> dict[str, object]:
    return {f"{name}-{shape}": value for name, value in answers.items()}


async def make(bot: BotUnderTest, *, user: Person = MEMBER, **answers: object) -> Answer:
    """A huddle every working day at 9:30, but for what `answers` say."""
    form = await new_form(bot, user)
    shape = str(form["blocks"][0]["block_id"]).removeprefix("template-")
    days = {} if shape == DAILY else {"often": "weekly", "days": ["0"], "before": "10"}
    return await bot.submit(form, ids({"time": "09:30", **days, **answers}, shape), user=user)


def text_of(answer: Answer) -> str:
    """What stands in the modal that a submission was answered with."""
    assert answer.body.get("response_action") == "update", answer.body
    return str(answer.body["view"]["blocks"])


def errors_of(answer: Answer) -> dict[str, str]:
    assert answer.body.get("response_action") == "errors", answer.body
    errors: dict[str, str] = answer.body["errors"]
    return errors


# -- making -----------------------------------------------------------------------------------------------------------


async def test_without_a_huddle_it_says_what_one_is_and_how_to_begin(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("huddle")
    assert "No huddle goes on yet" in answer.text
    assert f"<#{TEAM_CHANNEL}>" in answer.text
    assert "mat:huddle:new" in answer.shown


async def test_a_new_huddle_repeats_its_rhythm_its_next_time_and_when_its_agenda_comes(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    told = text_of(await make(bot, days=["0", "2", "4"], title="Morning huddle", minutes="15", before="30"))
    assert "*Saved:* Morning huddle. Mon, Wed and Fri at 9:30 AM Eastern time (New York), 15 minutes." in told
    assert "Next: Mon, January 4, 2027, 9:30 AM EST." in told
    assert f"The agenda comes 30 minutes before in <#{TEAM_CHANNEL}>; the next one right away." in told
    (series,) = await series_in(bot)
    assert (series.title, series.rule, series.zone) == ("Morning huddle", "FREQ=WEEKLY;BYDAY=MO,WE,FR", HERE.zone)


async def test_series_and_schedules_come_together(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot, time="10:00")
    (series,) = await series_in(bot)
    schedules = await schedules_in(bot)
    agenda, check = (schedules[kind, series.id] for kind in (PostKind.HUDDLE_AGENDA, PostKind.HUDDLE_CHECK))
    assert agenda.next_local == check.next_local == datetime(2027, 1, 4, 10, 0)
    assert agenda.next_at == bot.clock.now + timedelta(minutes=50)


async def test_typed_with_add_it_opens_the_form(bot: BotUnderTest, clinic: Clinic) -> None:
    assert (await bot.slash("huddle add")).view is not None


async def test_sent_twice_it_is_one_huddle(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await new_form(bot)
    for _ in range(2):
        text_of(await bot.submit(form, ids({"time": "09:30"})))
    assert len(await series_in(bot)) == 1


async def test_what_nobody_touched_may_come_as_null(bot: BotUnderTest, clinic: Clinic) -> None:
    text_of(await bot.submit(await new_form(bot), nulls=True))
    (series,) = await series_in(bot)
    assert (series.minutes, series.minutes_before, series.local_start.hour) == (10, 10, 8)
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


async def test_another_kind_fills_the_form_with_what_is_usual_for_it(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await new_form(bot)
    await bot.press("mat:huddle:kind", form, choose=MONTHLY)
    form = bot.slack.world.views[form["id"]]
    told = text_of(await bot.submit(form))
    assert "Monthly improvement-team meeting" in told
    assert "The first Tuesday of each month at 12:00 PM Eastern time (New York), 1 hour." in told
    assert "Next: Tue, January 5, 2027, 12:00 PM EST." in told
    assert "The agenda comes 2 days before" in told


async def test_the_next_form_is_for_a_kind_the_clinic_does_not_have(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    assert "pre-group-huddle" in (await new_form(bot))["private_metadata"]


async def test_the_form_names_the_clinics_zone(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await new_form(bot)
    (time,) = [b for b in form["blocks"] if b["block_id"].startswith("time-")]
    assert time["label"]["text"] == "Time, Eastern time (New York)"
    assert time["element"]["timezone"] == "America/New_York"


async def test_every_two_weeks_and_once_a_month(bot: BotUnderTest, clinic: Clinic) -> None:
    assert "Every 2 weeks on Tue at 9:30 AM" in text_of(await make(bot, often="fortnightly", days=["1"]))
    monthly = {"template": MONTHLY, "often": "monthly--1", "days": ["4"], "before": "2880"}
    form = await new_form(bot)
    told = text_of(await bot.submit(form, ids(monthly, "pre-group-huddle")))
    assert "The last Friday of each month" in told
    assert "Next: Fri, January 29, 2027" in told


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"days": []}, "days", "at least one day"),
        ({"often": "monthly-1"}, "days", "exactly one day"),
        ({"before": "1440"}, "before", "less than 1 day"),
        ({"often": "fortnightly", "days": ["0"], "before": "10080", "first": "2027-01-03"}, "first", "January 3, 2027"),
        ({"title": "DOB 03/04/1961"}, "title", "no patient details"),
    ],
)
async def test_bad_input_is_said_at_its_field(
    bot: BotUnderTest, clinic: Clinic, answers: dict[str, object], field: str, words: str
) -> None:
    errors = errors_of(await make(bot, **answers))
    assert list(errors) == [f"{field}-{DAILY}"]
    assert words in errors[f"{field}-{DAILY}"]
    assert await series_in(bot) == ()


async def test_every_bad_field_gets_its_own_sentence(bot: BotUnderTest, clinic: Clinic) -> None:
    errors = errors_of(await make(bot, days=[], first="2020-02-02", title="  "))
    assert set(errors) == {f"{name}-{DAILY}" for name in ("days", "first", "title")}


async def test_what_names_a_patient_is_said_with_everything_else(bot: BotUnderTest, clinic: Clinic) -> None:
    errors = errors_of(await make(bot, days=[], first="2020-02-02", title="MRN 48151623"))
    assert set(errors) == {f"{name}-{DAILY}" for name in ("days", "first", "title")}
    assert "48151623" in errors[f"title-{DAILY}"]


async def test_an_unknown_kind_is_refused_at_its_field(bot: BotUnderTest, clinic: Clinic) -> None:
    form = dict(await new_form(bot))
    blocks = [dict(b) for b in form["blocks"]]
    option = {"text": {"type": "plain_text", "text": "Forged"}, "value": "party"}
    blocks[0]["element"] = {**blocks[0]["element"], "options": [option], "initial_option": option}
    errors = errors_of(await bot.submit({**form, "blocks": blocks}))
    assert errors == {f"template-{DAILY}": "Please choose one of the kinds of huddle in the list."}


async def test_more_huddles_than_anybody_needs_are_refused(bot: BotUnderTest, clinic: Clinic) -> None:
    for _ in range(SERIES):
        await make(bot)
    answer = await bot.press("mat:huddle:new", await bot.slash("huddle"))
    assert "you have them all" in answer.text
    assert answer.view is None
    assert (await bot.slash("huddle")).body["blocks"], "the longest list still fits"


@pytest.mark.parametrize("person", [ADMIN, GUEST, OUTSIDER])
async def test_only_the_improvement_team_changes_huddles(bot: BotUnderTest, clinic: Clinic, person: Person) -> None:
    listed = await bot.slash("huddle")
    refused = await bot.press("mat:huddle:new", listed, user=person)
    assert refused.view is None
    assert refused.text
    submitted = await bot.submit(await new_form(bot), ids({"time": "09:30"}), user=person)
    assert submitted.body["response_action"] == "errors"
    assert await series_in(bot) == ()


async def test_a_colleague_sees_the_huddles_without_buttons(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    answer = await bot.slash("huddle", user=ADMIN)
    assert "Daily clinic huddle" in answer.text
    assert "mat:huddle:" not in answer.shown


async def test_words_in_a_name_are_shown_as_words(bot: BotUnderTest, clinic: Clinic) -> None:
    told = text_of(await make(bot, title="<!channel> & friends"))
    assert "&lt;!channel&gt; &amp; friends" in told
    assert "<!channel>" not in (await bot.slash("huddle")).text


# -- changing, stopping, undoing --------------------------------------------------------------------------------------


async def changed(bot: BotUnderTest, answers: Mapping[str, object], user: Person = MEMBER) -> Answer:
    opened = await bot.press("mat:huddle:change", await bot.slash("huddle", user=user), user=user)
    assert opened.view is not None
    return await bot.submit(opened.view, ids(answers), user=user)


async def test_a_change_moves_the_schedules_and_undo_moves_them_back(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot, time="10:00")
    before, schedules = await series_in(bot), await schedules_in(bot)
    answer = await changed(bot, {"time": "11:00", "days": ["1"], "title": "Tuesday huddle"})
    assert "Next: Tue, January 5, 2027, 11:00 AM EST." in text_of(answer)
    (series,) = await series_in(bot)
    agenda = (await schedules_in(bot))[PostKind.HUDDLE_AGENDA, series.id]
    assert agenda.next_local == datetime(2027, 1, 5, 11, 0)
    assert answer.view is not None
    await bot.press("mat:huddle:undo", answer.view)
    assert await series_in(bot) == before
    assert await schedules_in(bot) == schedules


async def test_undo_leaves_alone_what_somebody_changed_since(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot, time="10:00")
    answer = await changed(bot, {"title": "Mine"})
    await changed(bot, {"title": "Theirs"}, LEAD)
    assert answer.view is not None
    undone = await bot.press("mat:huddle:undo", answer.view)
    assert [s.title for s in await series_in(bot)] == ["Theirs"]
    assert undone.view is None
    shown = bot.slack.world.views[answer.view["id"]]
    assert "has been changed since" in str(shown)


async def test_undoing_a_new_huddle_stops_it(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await make(bot)
    assert answer.view is not None
    await bot.press("mat:huddle:undo", answer.view)
    assert await series_in(bot) == ()
    assert not [kind for kind, subject in await schedules_in(bot) if subject]


async def test_a_change_of_the_name_alone_leaves_the_huddle_of_this_minute_where_it_is(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    await make(bot, time="09:30")
    before = await schedules_in(bot)
    bot.clock.jump_to(bot.clock.now + timedelta(minutes=35))
    await changed(bot, {"title": "Other name"})
    assert await schedules_in(bot) == before


async def test_a_change_of_a_huddle_that_is_gone_is_refused(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    opened = await bot.press("mat:huddle:change", await bot.slash("huddle"))
    assert opened.view is not None
    forged = {**opened.view, "private_metadata": '{"clinic":"maple","series":"nothing","shape":"daily-huddle"}'}
    assert "no longer here" in str(errors_of(await bot.submit(forged)))


async def test_stop_asks_first_keeps_the_record_and_can_be_started_again(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    listed = await bot.slash("huddle")
    (stop,) = [e for b in listed.blocks for e in b.get("elements", []) if e.get("action_id") == "mat:huddle:stop"]
    assert stop["confirm"]["title"]["text"] == "Stop this huddle?"
    stopped = await bot.press("mat:huddle:stop", listed)
    assert "Stopped: Daily clinic huddle" in stopped.text
    assert await series_in(bot) == ()
    assert not [kind for kind, subject in await schedules_in(bot) if subject]
    twice = await bot.press("mat:huddle:stop", listed)
    assert "stopped already" in twice.text
    listed = await bot.slash("huddle")
    assert "Stopped: Daily clinic huddle" in listed.shown
    again = await bot.press("mat:huddle:startagain", listed)
    assert "Started again: Daily clinic huddle" in again.text
    assert len(await series_in(bot)) == 1
    assert len([kind for kind, subject in await schedules_in(bot) if subject]) == 2
    assert "going on already" in (await bot.press("mat:huddle:startagain", listed)).text


async def test_stopping_can_be_undone_by_starting_again_and_starting_by_undo(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    stopped = await bot.press("mat:huddle:stop", await bot.slash("huddle"))
    again = await bot.press("mat:huddle:startagain", stopped)
    back = await bot.press("mat:huddle:undo", again)
    assert "Stopped:" in back.text
    assert await series_in(bot) == ()


async def test_a_form_opened_before_it_was_stopped_does_not_start_it_again(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    listed = await bot.slash("huddle")
    opened = await bot.press("mat:huddle:change", listed)
    assert opened.view is not None
    await bot.press("mat:huddle:stop", listed, user=LEAD)
    assert "has been stopped" in str(errors_of(await bot.submit(opened.view)))
    assert "has been stopped" in (await bot.press("mat:huddle:change", listed)).text
    assert await series_in(bot) == ()


async def test_a_tampered_undo_changes_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    await make(bot)
    answer = await changed(bot, {"title": "Mine"})
    assert answer.view is not None
    before = await series_in(bot)
    undo = next(e for b in answer.view["blocks"] for e in b.get("elements", []) if e["action_id"] == "mat:huddle:undo")
    for old, new in (("FREQ=WEEKLY", "FREQ=HOURLY"), ('"minutes":"10"', '"minutes":"-1"'), ("2027", "year")):
        forged = {
            **answer.view,
            "blocks": [{"type": "actions", "elements": [{**undo, "value": undo["value"].replace(old, new)}]}],
        }
        await bot.press("mat:huddle:undo", forged)
        assert await series_in(bot) == before


async def test_a_first_day_ahead_is_where_it_begins(bot: BotUnderTest, clinic: Clinic) -> None:
    told = text_of(await make(bot, first=date(2027, 2, 1).isoformat()))
    assert "Next: Mon, February 1, 2027, 9:30 AM EST." in told
    assert "the next one Mon, February 1, 2027, 9:20 AM EST" in told
