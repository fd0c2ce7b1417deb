"""Every form of the bot, and how a person gets it open: what the walks through all forms go by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mat.concerns import ClinicKey, Status
from mat.concerns.receipt import Receipt
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes import payloads
from tests.fakes.slack_world import ADMIN, LEAD, MEMBER, PRIVATE_CHANNEL, TEAM_CHANNEL, Person, PostedMessage

View = Mapping[str, Any]
Answers = Mapping[str, object]

KEY = ClinicKey(HERE.workspace, HERE.id)
FRONT_DESK = {"id": "S0FRONT01", "handle": "front-desk", "name": "Front desk", "users": [ADMIN.id]}
NEW_CLINIC = "Birch Hill Clinic"
CONCERN = "Nobody answers the phone at noon."


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form as it stands open. `answers`: enough for Slack to send it; what is left out stays as the bot filled it in."""

    view: View
    user: Person = MEMBER
    answers: Answers = field(default_factory=dict)


def opened(answer: Answer) -> View:
    assert answer.view is not None, answer.shown
    return answer.view


def shown_now(bot: BotUnderTest, view: View) -> View:
    """The modal as it stands after the bot has put something else into it."""
    return bot.slack.world.views[str(view["id"])]


async def press_inside(bot: BotUnderTest, name: str, view: View, user: Person) -> View:
    await bot.press(name, view, user=user)
    return shown_now(bot, view)


# -- milestones, plan, asks ---------------------------------------------------------------------------------------------


async def stuck(bot: BotUnderTest) -> OpenForm:
    return OpenForm(opened(await bot.slash("stuck naloxone")), answers={"note": "the pharmacy"})


async def drop(bot: BotUnderTest) -> OpenForm:
    await bot.slash("stuck pdmp: access from IT")
    return OpenForm(opened(await bot.slash("drop pdmp")))


async def weekly_reminder(bot: BotUnderTest) -> PostedMessage:
    """Next Monday's, in the team's channel."""
    async with bot.bot.desk.work.writing() as books:
        await keep_schedules(books.at(HERE), HERE, bot.clock.now)
        await books.commit()
    bot.clock.jump_to(bot.clock.now + timedelta(weeks=1))
    await bot.bot.delivery.planner.tick()
    await bot.bot.delivery.courier.tick()
    return bot.slack.world.messages_in(TEAM_CHANNEL)[-1]


async def move(bot: BotUnderTest) -> OpenForm:
    return OpenForm(opened(await bot.press("mat:milestone:move", await bot.slash(""))))


async def give(bot: BotUnderTest) -> OpenForm:
    view = opened(await bot.press("mat:milestone:give", await weekly_reminder(bot)))
    return OpenForm(view, answers={"owner": LEAD.id})


async def plan_add(bot: BotUnderTest) -> OpenForm:
    answers = {"block": "policies", "label": "Wound care plan", "sentence": "The plan hangs in the room."}
    return OpenForm(opened(await bot.slash("plan add")), answers=answers)


async def plan_reword(bot: BotUnderTest) -> OpenForm:
    page = await bot.slash("plan policies")
    return OpenForm(opened(await bot.press("mat:plan:reword", page)))


async def ask_add(bot: BotUnderTest) -> OpenForm:
    return OpenForm(opened(await bot.slash("asks add")), answers={"text": "a fax that works"})


async def not_now(bot: BotUnderTest) -> OpenForm:
    await bot.slash("asks add a second nurse")
    shown = await bot.press("mat:ask:notnow", await bot.slash("asks", user=LEAD), user=LEAD)
    return OpenForm(opened(shown), LEAD, {"why": "after July"})


# -- huddles --------------------------------------------------------------------------------------------------------------


async def new_huddle(bot: BotUnderTest) -> OpenForm:
    return OpenForm(opened(await bot.slash("huddle add")))


async def huddle_going_on(bot: BotUnderTest) -> None:
    form = await new_huddle(bot)
    await bot.submit(form.view, {"title-daily-huddle": "Morning huddle"})


async def change_huddle(bot: BotUnderTest) -> OpenForm:
    await huddle_going_on(bot)
    return OpenForm(opened(await bot.press("mat:huddle:change", await bot.slash("huddle"))))


async def agenda_add(bot: BotUnderTest) -> OpenForm:
    await huddle_going_on(bot)
    return OpenForm(opened(await bot.slash("agenda add")), answers={"text": "the new fridge"})


# -- set-up and team --------------------------------------------------------------------------------------------------------


async def setup_basics(bot: BotUnderTest) -> OpenForm:
    """A second clinic beside the one of the test."""
    view = opened(await bot.press("mat:setup:new", await bot.slash("setup", user=ADMIN), user=ADMIN))
    return OpenForm(view, ADMIN, {"name": NEW_CLINIC})


async def _after(bot: BotUnderTest, form: OpenForm) -> View:
    """The screen that follows, as Slack keeps it."""
    trigger = bot.slack.world.trigger(form.user.id)
    _, body = await bot.dispatch(payloads.submit(form.view, form.answers, user=form.user, trigger=trigger))
    assert body["response_action"] == "update", body
    now_it = shown_now(bot, form.view)
    if now_it["hash"] == form.view["hash"]:
        now_it = {**form.view, "state": {"values": {}}, **body["view"]}
    return now_it


async def setup_channel(bot: BotUnderTest) -> OpenForm:
    return OpenForm(await _after(bot, await setup_basics(bot)), ADMIN, {"channel": PRIVATE_CHANNEL})


async def setup_people(bot: BotUnderTest) -> OpenForm:
    return OpenForm(await _after(bot, await setup_channel(bot)), ADMIN, {"readers": [ADMIN.id, LEAD.id]})


async def setup_hours(bot: BotUnderTest) -> OpenForm:
    return OpenForm(await _after(bot, await setup_people(bot)), ADMIN)


async def setup_review(bot: BotUnderTest) -> OpenForm:
    return OpenForm(await _after(bot, await setup_hours(bot)), ADMIN)


def of_team(verb: str, **answers: object) -> Opener:
    async def opener(bot: BotUnderTest) -> OpenForm:
        bot.slack.world.groups = [FRONT_DESK]
        await bot.bot.directory.load()
        shown = await bot.press(f"mat:team:{verb}", await bot.slash("team", user=LEAD), user=LEAD)
        return OpenForm(opened(shown), LEAD, answers)

    return opener


async def delete_clinic(bot: BotUnderTest) -> OpenForm:
    shown = await bot.press("mat:privacy:delete#0", await bot.slash("privacy", user=LEAD), user=LEAD)
    return OpenForm(opened(shown), LEAD, {"confirm": HERE.name})


# -- concerns ---------------------------------------------------------------------------------------------------------------


async def concern(bot: BotUnderTest) -> OpenForm:
    view = opened(await bot.slash("concern"))
    return OpenForm(view, answers={"topic": "caseload", "text": CONCERN})


async def look_up(bot: BotUnderTest) -> OpenForm:
    view = await press_inside(bot, "mat:concern:lookup", (await concern(bot)).view, MEMBER)
    return OpenForm(view, answers={"receipt": Receipt.new().shown})


async def raised(bot: BotUnderTest) -> Receipt:
    """A concern that the readers see, straight from the box."""
    form = await concern(bot)
    _, body = await bot.dispatch(payloads.submit(form.view, form.answers, trigger=bot.slack.world.trigger(MEMBER.id)))
    words = str(body["view"]["blocks"]).replace("`", " ").replace("*", " ").split()
    receipt = next(Receipt.parse(word) for word in words if word.count("-") == 3 and len(word) == 23)
    await bot.bot.concerns.release(KEY, bot.clock.now.date())
    return receipt


async def in_inbox(bot: BotUnderTest) -> View:
    await raised(bot)
    inbox = opened(await bot.slash("inbox", user=LEAD))
    return await press_inside(bot, "mat:concern:open#0", inbox, LEAD)


def of_concern(verb: str, **answers: object) -> Opener:
    async def opener(bot: BotUnderTest) -> OpenForm:
        view = await press_inside(bot, f"mat:concern:{verb}", await in_inbox(bot), LEAD)
        return OpenForm(view, LEAD, answers)

    return opener


async def answer_back(bot: BotUnderTest) -> OpenForm:
    receipt = await raised(bot)
    found = (await bot.bot.concerns.listed(KEY)).concerns[0]
    await bot.bot.concerns.reply(KEY, found.id, "Which phone do you mean?", bot.clock.now)
    form = await look_up(bot)
    view = await _after(bot, OpenForm(form.view, answers={"receipt": receipt.shown}))
    return OpenForm(view, answers={"answer": "The one at the front desk.", "receipt": receipt.shown})


async def say_yes(bot: BotUnderTest) -> OpenForm:
    await raised(bot)
    found = (await bot.bot.concerns.listed(KEY)).concerns[0]
    told, now = "Two people share the front desk.", bot.clock.now
    await bot.bot.concerns.set_status(KEY, found.id, status=Status.DONE, sentence=told, topic=found.topic, now=now)
    inbox = opened(await bot.slash("inbox", user=LEAD))
    preview = await press_inside(bot, "mat:concern:said", inbox, LEAD)
    return OpenForm(await press_inside(bot, "mat:concern:said-edit", preview, LEAD), LEAD)


Opener = Callable[[BotUnderTest], Awaitable[OpenForm]]

FORMS: Mapping[str, Opener] = {
    "milestone:stuck": stuck,
    "milestone:drop": drop,
    "milestone:move": move,
    "milestone:give": give,
    "huddle:save": new_huddle,
    "huddle:save changed": change_huddle,
    "agenda:add": agenda_add,
    "plan:add": plan_add,
    "plan:reword": plan_reword,
    "ask:add": ask_add,
    "ask:notnow": not_now,
    "setup:basics": setup_basics,
    "setup:channel": setup_channel,
    "setup:people": setup_people,
    "setup:hours": setup_hours,
    "setup:create": setup_review,
    "team:roles": of_team("roles"),
    "team:recipients": of_team("recipients"),
    "team:channel": of_team("channel"),
    "team:hours": of_team("hours"),
    "team:zone": of_team("zone"),
    "team:closed": of_team("closed", first="2030-12-24", last="2030-12-31", label="Winter break"),
    "team:figures": of_team("figures", size="4"),
    "team:group": of_team("group", group=FRONT_DESK["id"], role="peer"),
    "privacy:delete": delete_clinic,
    "concern:raise": concern,
    "concern:lookup": look_up,
    "concern:answer": answer_back,
    "concern:reply": of_concern("reply", text="Thank you, we will look."),
    "concern:status": of_concern("status", status="heard"),
    "concern:blackout": of_concern("blackout", words="phone"),
    "concern:said-post": say_yes,
}
"""The handler of the submission (and a word where one handler has two forms) → how the form is opened."""
