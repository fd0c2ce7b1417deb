"""“You said, we did” by real dispatch: the readers are asked, one says yes, the channel and Home hear, and nothing goes without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.preview_command import previewed
from mat.clinic import Clinic, Duty
from mat.closures import Closure
from mat.concerns import ClinicKey, Draft, Status
from mat.concerns.said import MOST_LINES
from mat.schedules import keep_schedules
from scheduler.said_rounds import SaidRounds
from tests.bot_under_test import BotUnderTest
from tests.fakes.slack_limits import message_faults
from tests.fakes.slack_world import LEAD, MEMBER, TEAM_CHANNEL, Person, PostedMessage

DAY = timedelta(days=1)
FIRST_TUESDAY = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)  # 9:00 AM in New York
SECOND_TUESDAY = FIRST_TUESDAY + 7 * DAY
CONCERN = "Nobody answers the phone before nine, and Purple giraffes roam the hall."
SENTENCE = "Two people share the front desk from Monday."
POST, EDIT, LATER = "mat:concern:said-post", "mat:concern:said-edit", "mat:concern:said-later"


def key_of(clinic: Clinic) -> ClinicKey:
    return ClinicKey(clinic.workspace, clinic.id)


async def tell(bot: BotUnderTest, clinic: Clinic, sentence: str = SENTENCE, status: Status = Status.DONE) -> str:
    """One more concern is raised, released and answered with a public sentence; its id."""
    box, key, now = bot.bot.concerns, key_of(clinic), bot.clock.now
    page = await box.listed(key)
    day = date.fromisoformat(page.concerns[0].batch) + DAY if page.concerns else now.date()
    await box.raise_concern(Draft("caseload", CONCERN), key, now)
    await box.release(key, day)
    new = (await box.listed(key)).concerns[0].id
    await box.set_status(key, new, status=status, sentence=sentence, topic="caseload", now=now)
    return new


@pytest.fixture
async def ready(bot: BotUnderTest, clinic: Clinic) -> Clinic:
    """The clinic with its rhythms, on the Monday before the first Tuesday."""
    bot.clock.jump_to(FIRST_TUESDAY - DAY)
    async with bot.bot.desk.work.writing() as books:
        await keep_schedules(books.at(clinic), clinic, bot.clock.now)
        await books.commit()
    return clinic


async def turn(bot: BotUnderTest) -> None:
    for _ in range(9):  # a message a second and person, and leads are told of all that was missed meanwhile
        assert await bot.bot.delivery.clockwork.turn() == ()
        await bot.clock.move(seconds=2)


async def come_to(bot: BotUnderTest, at: datetime) -> None:
    bot.clock.jump_to(at)
    await turn(bot)


def asked(bot: BotUnderTest, user: Person = MEMBER) -> list[PostedMessage]:
    """What a reader was asked, as it stood then."""
    sent = bot.slack.world.messages_in(f"D{user.id}")
    return [
        deepcopy(one)
        for one in sent
        if ("You said, we did" in one.text and "says yes" in one.text) or "waits for a yes" in one.text
    ]


def told(bot: BotUnderTest) -> list[PostedMessage]:
    return [one for one in bot.slack.world.messages_in(TEAM_CHANNEL) if "You said, we did" in one.text]


def shown(thing: PostedMessage | Mapping[str, Any] | None) -> str:
    assert thing is not None
    blocks = thing.blocks if isinstance(thing, PostedMessage) else thing["blocks"]
    return json.dumps(blocks, ensure_ascii=False)


def standing(bot: BotUnderTest, asked_for: PostedMessage) -> PostedMessage:
    return next(one for one in bot.slack.world.messages if (one.channel, one.ts) == (asked_for.channel, asked_for.ts))


async def test_each_reader_is_asked_and_the_first_yes_posts_once(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY - timedelta(minutes=1))
    assert asked(bot) == []
    await come_to(bot, FIRST_TUESDAY)
    (mine,), (hers,) = asked(bot), asked(bot, LEAD)
    assert SENTENCE in mine.text
    assert SENTENCE in shown(mine)
    assert message_faults(mine.text, mine.blocks) == []
    assert told(bot) == []

    await bot.press(POST, mine)
    await bot.press(POST, mine)
    await turn(bot)
    await bot.press(POST, hers, user=LEAD)
    await turn(bot)
    (public,) = told(bot)
    assert SENTENCE in public.text
    assert "January 2027" in public.text
    assert message_faults(public.text, public.blocks) == []
    assert "gone out already" in standing(bot, hers).text
    assert POST not in shown(standing(bot, hers))
    assert SENTENCE in shown(await bot.open_home())


async def test_readers_are_told_that_some_sentences_wait_and_nobody_else_is(bot: BotUnderTest, ready: Clinic) -> None:
    """With four sentences beside a digest that says "too few", everybody could count."""
    for number in range(4):
        await tell(bot, ready, f"Room {number} has a phone.")
    await come_to(bot, FIRST_TUESDAY)
    (mine,) = asked(bot)
    assert "Some sentences wait" in mine.text
    assert "Some sentences wait" in shown(mine)
    assert shown(mine).count("has a phone") == 3
    assert message_faults(mine.text, mine.blocks) == []
    assert "Some sentences wait" in shown(await from_inbox(bot))
    await bot.press(POST, mine)
    await turn(bot)
    (public,) = told(bot)
    assert "wait" not in public.text + shown(public)
    await come_to(bot, SECOND_TUESDAY + 28 * DAY)
    assert "Nothing can be told yet" in shown(await from_inbox(bot))
    await bot.bot.concerns.release(key_of(ready), bot.clock.now.date())
    await tell(bot, ready, "Another one.")
    assert "Some sentences wait" not in shown(await from_inbox(bot))


async def from_inbox(bot: BotUnderTest) -> Mapping[str, Any]:
    """What the inbox turns into after a press on its “You said, we did”."""
    view = (await bot.slash("inbox")).view
    assert view is not None
    await bot.press("mat:concern:said", view)
    return bot.slack.world.views[view["id"]]


async def test_the_post_tells_nothing_but_the_sentence(bot: BotUnderTest, ready: Clinic) -> None:
    for _ in range(3):
        await tell(bot, ready)
    await tell(bot, ready, "", Status.HEARD)
    await come_to(bot, FIRST_TUESDAY)
    await bot.press(POST, asked(bot)[0])
    await turn(bot)
    (public,) = told(bot)
    assert shown(public).count(SENTENCE) == 1
    for leak in ("giraffes", "caseload", "Caseload", "2027-W", "January 5", "Heard", *"345", MEMBER.id, LEAD.id):
        assert leak not in public.text, leak
    topics = bot.bot.desk.playbook.topics.values()
    assert not [topic.label for topic in topics if topic.label in public.text]


async def test_without_a_yes_nothing_goes_and_they_are_asked_once_more(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    await come_to(bot, SECOND_TUESDAY)
    first, second = asked(bot)
    assert "is ready to look at" in first.text
    assert "Without one, nothing goes out this month" in second.text
    for week in range(1, 3):
        await come_to(bot, SECOND_TUESDAY + week * 7 * DAY)
    assert len(asked(bot)) == 2
    assert told(bot) == []
    assert SENTENCE not in shown(await bot.open_home())
    await come_to(bot, datetime(2027, 2, 2, 14, 0, tzinfo=UTC))
    assert "February 2027" in asked(bot)[2].text


async def test_where_nothing_waits_nobody_is_asked_and_home_says_so(bot: BotUnderTest, ready: Clinic) -> None:
    await bot.bot.concerns.raise_concern(Draft("other", CONCERN), key_of(ready), bot.clock.now)
    await come_to(bot, FIRST_TUESDAY)
    await come_to(bot, SECOND_TUESDAY)
    assert [one.text for one in bot.slack.world.messages if "You said, we did" in one.text] == []
    assert "Nothing yet. What became of concerns is told here." in shown(await bot.open_home())


async def test_not_this_month_ends_it_and_can_be_taken_back(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    (mine,), (hers,) = asked(bot), asked(bot, LEAD)
    await bot.press(LATER, mine)
    assert "Not this month" in standing(bot, mine).text
    await come_to(bot, SECOND_TUESDAY)
    assert len(asked(bot, LEAD)) == 1
    # A colleague who knows nothing of it is told before anything goes.
    await bot.press(POST, hers, user=LEAD)
    await turn(bot)
    assert told(bot) == []
    second_look = standing(bot, hers)
    assert "A reader chose *Not this month*" in shown(second_look)
    edit = (await bot.press(EDIT, second_look, user=LEAD)).view
    assert edit is not None
    await bot.press(POST, second_look, user=LEAD)
    await turn(bot)
    assert len(told(bot)) == 1
    assert "A reader chose *Not this month*" in shown(edit)
    late = await bot.submit(edit, user=LEAD)
    assert "gone out already" in shown(late.view)
    again = await bot.press("mat:concern:said", standing(bot, mine))
    assert "gone out already" in shown(again.view)


async def test_edited_words_go_out_and_one_can_be_left_out(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await tell(bot, ready, "Zebra crossings are out of reach.", Status.CANNOT)
    await come_to(bot, FIRST_TUESDAY)
    form = (await bot.press(EDIT, asked(bot)[0])).view
    assert form is not None
    refused = await bot.submit(form, {"line-0": "Call 555-014-2345 to hear more."})
    assert "phone number" in refused.body["errors"]["line-0"]
    assert told(bot) == []
    sent = await bot.submit(form, {"line-0": "From Monday, two people share the desk.", "out": ["1"]})
    assert "On its way" in shown(sent.view)
    await turn(bot)
    (public,) = told(bot)
    assert "From Monday, two people share the desk." in public.text
    assert "Zebra" not in public.text
    assert SENTENCE not in public.text
    waiting = await bot.bot.concerns.unsaid(key_of(ready))
    assert [line.sentence for line in waiting] == ["Zebra crossings are out of reach."]


async def test_everything_left_out_posts_nothing(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    form = (await bot.press(EDIT, asked(bot)[0])).view
    assert form is not None
    sent = await bot.submit(form, {"out": ["0"]})
    assert "Nothing was posted" in shown(sent.view)
    await turn(bot)
    assert told(bot) == []


async def test_what_changed_since_is_shown_before_it_goes(bot: BotUnderTest, ready: Clinic) -> None:
    concern = await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    (mine,) = asked(bot)
    form = (await bot.press(EDIT, mine)).view
    assert form is not None
    await bot.bot.concerns.set_status(
        key_of(ready), concern, status=Status.DOING, sentence="It begins in March.", topic="other", now=bot.clock.now
    )
    refused = await bot.submit(form)
    assert "have changed since" in refused.body["errors"]["line-0"]
    await bot.press(POST, mine)
    await turn(bot)
    assert told(bot) == []
    assert "have changed since" in standing(bot, mine).text
    await bot.press(POST, standing(bot, mine))
    await turn(bot)
    assert "It begins in March." in told(bot)[0].text


async def test_an_old_preview_says_that_its_month_is_over(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    (mine,) = asked(bot)
    bot.clock.jump_to(datetime(2027, 2, 1, 4, 59, tzinfo=UTC))  # still January in New York
    await bot.press(EDIT, mine)
    for button in (POST, EDIT, LATER):
        bot.clock.jump_to(datetime(2027, 2, 1, 5, 1, tzinfo=UTC))
        await bot.press(button, mine)
        assert "month is over" in standing(bot, mine).text
    await turn(bot)
    assert told(bot) == []


async def test_an_ex_reader_and_a_colleague_can_say_nothing(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    (mine,) = asked(bot)
    form = (await bot.press(EDIT, mine)).view
    assert form is not None
    async with bot.bot.desk.work.writing() as books:
        await books.at(ready).roster.set_duty(Duty.READS_CONCERNS, [LEAD.id])
        await books.commit()
    for button in (POST, EDIT, LATER):
        answer = await bot.press(button, mine)
        assert "people named to read concerns" in answer.text
        assert SENTENCE not in answer.shown
    refused = await bot.submit(form)
    assert "people named to read concerns" in json.dumps(refused.body)
    await turn(bot)
    assert told(bot) == []
    await come_to(bot, SECOND_TUESDAY)
    assert len(asked(bot)) == 1
    assert len(asked(bot, LEAD)) == 2


async def test_a_closed_tuesday_moves_it_to_the_next_open_day(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    async with bot.bot.desk.work.writing() as books:
        closed = Closure("c1", FIRST_TUESDAY.date(), FIRST_TUESDAY.date(), "Repairs")
        await books.at(ready).closures.save(closed)
        await books.commit()
    await bot.bot.delivery.clockwork.turn(keep=True)
    await come_to(bot, FIRST_TUESDAY)
    assert asked(bot) == []
    await come_to(bot, FIRST_TUESDAY + DAY)
    assert "is ready to look at" in asked(bot)[0].text


@pytest.mark.parametrize(("down", "asked_for"), [(3 * DAY, 1), (3 * DAY + timedelta(seconds=1), 0)])
async def test_down_on_the_day_it_is_asked_for_three_days_and_not_later(
    bot: BotUnderTest, ready: Clinic, down: timedelta, asked_for: int
) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY + down)
    assert len(asked(bot)) == asked_for
    skipped = [
        one.text for one in bot.slack.world.messages if "I skipped the preview of “You said, we did”" in one.text
    ]
    assert bool(skipped) != bool(asked_for)


async def test_killed_between_the_two_stores_it_still_goes_and_goes_once(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    box, key = bot.bot.concerns, key_of(ready)
    (line,) = await box.unsaid(key)
    assert await box.approve(key, "2027-01", {line: line.sentence})

    class Dies:
        """The concern store of a process that is killed after the main store's commit."""

        def __getattr__(self, name: str) -> Any:
            return getattr(box, name)

        async def handed_over(self, *_: object) -> None:
            raise ConnectionError

    dies: Any = Dies()
    desk = bot.bot.desk
    with pytest.raises(ConnectionError):
        await SaidRounds(desk.work, dies, clock=desk.clock, new_id=desk.new_id).tick()
    await turn(bot)
    assert len(told(bot)) == 1
    assert await box.approved() == ()


async def test_what_was_taken_back_before_it_went_is_not_posted(bot: BotUnderTest, ready: Clinic) -> None:
    concern = await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    await bot.press(POST, asked(bot)[0])
    await bot.bot.concerns.purge(key_of(ready), concern)
    await turn(bot)
    assert told(bot) == []


async def test_mentions_and_markup_in_a_sentence_stay_words(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready, "<!channel> <https://example.org|here> & *bold* @here")
    await come_to(bot, FIRST_TUESDAY)
    await bot.press(POST, asked(bot)[0])
    await turn(bot)
    (public,) = told(bot)
    assert "<!channel>" not in shown(public)
    assert "&lt;!channel&gt;" in shown(public)


async def test_more_than_one_post_holds_waits_for_the_next_month(bot: BotUnderTest, ready: Clinic) -> None:
    for number in range(MOST_LINES + 1):
        await tell(bot, ready, f"Step {'abcdefghijklmnop'[number]} is done.")
    await come_to(bot, FIRST_TUESDAY)
    (mine,) = asked(bot)
    assert "There are more; they come next month." in shown(mine)
    form = (await bot.press(EDIT, mine)).view
    assert form is not None
    await bot.press(POST, mine)
    await turn(bot)
    assert "Step j is done." in told(bot)[0].text
    assert [line.sentence for line in await bot.bot.concerns.unsaid(key_of(ready))] == ["Step k is done."]


async def test_the_inbox_leads_to_the_preview(bot: BotUnderTest, ready: Clinic) -> None:
    inbox = (await bot.slash("inbox")).view
    assert inbox is not None
    await bot.press("mat:concern:said", inbox)
    (view,) = bot.slack.world.views.values()
    assert "Nothing waits to be told" in shown(view)
    await tell(bot, ready)
    await bot.press("mat:concern:said", {**inbox, "id": view["id"]})
    (view,) = bot.slack.world.views.values()
    assert SENTENCE in shown(view)
    await bot.press(POST, view)
    (view,) = bot.slack.world.views.values()
    assert "On its way" in shown(view)
    await turn(bot)
    assert len(told(bot)) == 1


async def test_a_preview_on_the_command_line_shows_no_sentence(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    lines: list[str] = []
    await previewed(bot.bot, "said-preview", "", lines.append)
    assert lines == [
        "The preview of “You said, we did” would not be sent now: only the people who read concerns may see it."
    ]


async def test_to_raise_a_concern_changes_neither_preview_nor_home(bot: BotUnderTest, ready: Clinic) -> None:
    await tell(bot, ready)
    await come_to(bot, FIRST_TUESDAY)
    before = shown(await bot.open_home()), await bot.bot.concerns.unsaid(key_of(ready))
    await bot.bot.concerns.raise_concern(Draft("other", CONCERN), key_of(ready), bot.clock.now)
    assert (shown(await bot.open_home()), await bot.bot.concerns.unsaid(key_of(ready))) == before
