"""The whole bot, driven through everything a concern can meet, at three log levels: no log line and no exception tells of anybody.

What goes wrong is made to go wrong outside the program: locked and broken files, a Slack that is away, forged requests.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.verifier import SkewWatch
from bot.web import make_door
from mat.concerns import ClinicKey
from tests.bot_under_test import HERE, Answer, BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.asgi import posted
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import LEAD, RESET_BEFORE, Person, refuses
from tests.hidden import Hidden
from tests.logged import FORCED_DEBUG, Logged, logged

ANA = Person("U0CANARYANA", "ana.canary")
TEXT = "Purple giraffes leave no time to call back."
ANSWER = "Striped giraffes, on Tuesdays."
# More often than the bot tries any call.
TRIES = 9
WRONG_RECEIPT = "7K2MQ-0A9ZT-W4XHB-PD61C"
KEY = ClinicKey(HERE.workspace, HERE.id)
LEVELS = ("WARNING", "INFO", FORCED_DEBUG)


@dataclass(slots=True)
class House:
    """A bot in a workspace with Ana in it; `receipts`: those that she was shown."""

    bot: BotUnderTest
    receipts: list[str] = field(default_factory=list)

    async def form(self, typed: str = "") -> Mapping[str, Any] | None:
        return (await self.bot.slash(f"concern {typed}".strip(), user=ANA)).view

    async def send(self, text: str = TEXT, view: Mapping[str, Any] | None = None) -> Answer:
        view = view or await self.form()
        assert view is not None
        answer = await self.bot.submit(view, {"topic": "other", "text": text}, user=ANA)
        if "view" in answer.body and "`" in str(answer.body["view"]["blocks"]):
            self.receipts.append(answer.body["view"]["blocks"][1]["text"]["text"].strip("`"))
        return answer

    async def look_up(self, receipt: str) -> Answer:
        form = await self.form()
        assert form is not None
        await self.bot.press("mat:concern:lookup", form, user=ANA)
        return await self.bot.submit(self.bot.slack.world.views[form["id"]], {"receipt": receipt}, user=ANA)

    @property
    def folder(self) -> Path:
        return self.bot.folder


@pytest.fixture
async def house(bot_folder: Path) -> AsyncIterator[House]:
    async with FakeSlack() as slack:
        slack.world.people[ANA.id] = ANA
        async with bot_under_test(bot_folder, slack=slack, slack_signing_secret=payloads.SIGNING_SECRET) as bot:
            await with_clinic(bot)
            yield House(bot)


# -- what happens ---------------------------------------------------------------------------------------------------------


async def raised_read_and_answered(house: House) -> None:
    """The good way from end to end, on every surface that takes part."""
    bot = house.bot
    assert (await house.form(TEXT)) is not None
    await house.send()
    assert "Nothing to show" in (await house.look_up(house.receipts[0])).shown
    await bot.bot.concerns.release(KEY, bot.clock().date())
    inbox = (await bot.slash("inbox", user=LEAD)).view
    assert inbox is not None
    await bot.press("mat:concern:open#0", inbox, user=LEAD)
    opened = bot.slack.world.views[inbox["id"]]
    await bot.press("mat:concern:reply", opened, user=LEAD)
    reply = await bot.submit(bot.slack.world.views[inbox["id"]], {"text": "Which giraffes?"}, user=LEAD)
    assert TEXT in reply.shown
    found = await house.look_up(house.receipts[0])
    assert "Which giraffes?" in found.shown
    assert found.view is not None
    kept = await bot.submit(found.view, {"answer": ANSWER, "receipt": house.receipts[0]}, user=ANA)
    assert "Your answer is kept" in kept.shown


async def bad_form(house: House) -> None:
    form = await house.form()
    assert form is not None
    payload = payloads.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    payload["view"]["private_metadata"] = f'{{"clinic": "{TEXT}"}}'
    assert "error" in str(await house.bot.dispatch(payload))
    payload = payloads.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    payload["view"]["state"]["values"]["topic"] = None
    await house.bot.dispatch(payload)
    payload["view"]["state"] = TEXT
    await house.bot.dispatch(payload)
    assert "I count" in (await house.look_up("giraffes")).shown
    assert "Nothing to show" in (await house.look_up(WRONG_RECEIPT)).shown


async def guard_refuses(house: House) -> None:
    assert "phone number" in (await house.send(f"{TEXT} Call 555-014-2345.")).shown


async def concern_store_locked(house: House) -> None:
    form = await house.form()
    with closing(sqlite3.connect(house.folder / "data" / "concerns.db", isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        assert "there is no receipt" in (await house.send(view=form)).shown


async def concern_store_damaged(house: House) -> None:
    form = await house.form()
    with closing(sqlite3.connect(house.folder / "data" / "concerns.db", isolation_level=None)) as vandal:
        vandal.execute("ALTER TABLE concern RENAME COLUMN sealed TO gone")
    assert "there is no receipt" in (await house.send(view=form)).shown
    assert "receipt" in (await house.look_up(WRONG_RECEIPT)).shown


async def key_broken(house: House) -> None:
    form = await house.form()
    for key in (house.folder / "keys").glob("concerns-*.key"):
        key.chmod(0o600)
        key.write_bytes(b"short")
    assert "there is no receipt" in (await house.send(view=form)).shown


async def listener_crashes_without_keys(house: House) -> None:
    form = await house.form()
    (house.folder / "keys").rename(house.folder / "elsewhere")
    assert "there is no receipt" in (await house.send(view=form)).shown


async def listener_crashes_over_the_clinic(house: House) -> None:
    """A row that no form can be made of: the handler itself falls, with the words in its hands."""
    form = await house.form()
    with closing(sqlite3.connect(house.folder / "data" / "matbot.db", isolation_level=None)) as vandal:
        vandal.execute("UPDATE clinic SET zone = 'Nowhere/Atlantis'")
    assert "there is no receipt" in (await house.send(view=form)).shown
    with closing(sqlite3.connect(house.folder / "data" / "matbot.db", isolation_level=None)) as vandal:
        vandal.execute("UPDATE clinic SET start = 'giraffes'")
    assert "unexpected" in (await house.send(view=form)).shown or "went wrong" in house.bot.seen[-1].shown


async def slack_away(house: House) -> None:
    for fault in (RESET_BEFORE, refuses("expired_trigger_id"), refuses("invalid_auth")):
        house.bot.slack.order("views.open", *[fault] * TRIES)
        assert await house.form(TEXT) is None
        house.bot.slack.no_more("views.open")
    form = await house.form()
    assert form is not None
    house.bot.slack.order("views.update", *[RESET_BEFORE] * TRIES)
    await house.bot.press("mat:concern:lookup", form, user=ANA)
    await house.send()


async def forged_requests(house: House) -> None:
    """Over HTTP: a wrong signature, and an old one."""
    form = await house.form()
    assert form is not None
    payload = payloads.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    now = house.bot.clock()
    door = make_door(house.bot.bot, SkewWatch(lambda _ahead: None))
    await door.open()
    for when, secret in ((now, "wrong"), (now - timedelta(days=300), payloads.SIGNING_SECRET)):
        headers, body = payloads.signed_request(payload, now=when, secret=secret)
        assert (await posted(door, headers, body))[0] == 401


async def unknown_things(house: House) -> None:
    """What no listener of ours takes."""
    for payload in (
        payloads.slash_command("concern", user=ANA) | {"command": f"/{ANA.name}"},
        payloads.global_shortcut(TEXT, user=ANA),
        payloads.event({"type": "message", "user": ANA.id, "text": TEXT}),
        payloads.close({"id": "V1", "callback_id": "mat:concern:raise", "state": TEXT}, user=ANA),
        {"type": TEXT, "user": {"id": ANA.id}, "team": {"id": HERE.workspace}},
        {"type": TEXT, "user": {"id": ANA.id}},
    ):
        # Whatever is answered, to a payload that names no workspace even words of Bolt's own.
        answer = await house.bot.bot.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        assert TEXT not in answer.body
    await house.bot.settle()


Scenario = Callable[[House], Awaitable[None]]
SCENARIOS: tuple[Scenario, ...] = (
    raised_read_and_answered,
    bad_form,
    guard_refuses,
    concern_store_locked,
    concern_store_damaged,
    key_broken,
    listener_crashes_without_keys,
    listener_crashes_over_the_clinic,
    slack_away,
    forged_requests,
    unknown_things,
)


def canaries(house: House) -> Hidden:
    secrets = {"id": ANA.id, "name": ANA.name, "text": TEXT, "words of it": "giraffes", "answer": ANSWER}
    secrets |= {f"receipt {n}": shown for n, shown in enumerate((*house.receipts, WRONG_RECEIPT))}
    secrets |= {f"{title} alone": shown.replace("-", "") for title, shown in secrets.items() if "receipt" in title}
    return Hidden(secrets, [HERE.workspace])


@contextmanager
def log_that_works(level: str) -> Iterator[Logged]:
    """A log that is shown to take records, and to take no words from them."""
    with logged(level) as log:
        yield log
        told = log.lines
        logging.getLogger("slack_bolt").error("body: %s", TEXT, stacklevel=2)
        assert len(log.lines) > len(told)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_whatever_happens_no_log_and_no_exception_tells_who_or_what(
    house: House, scenario: Scenario, level: str
) -> None:
    with log_that_works(level) as log:
        await scenario(house)
    hidden = canaries(house)
    assert hidden.within(log.lines.encode()) == []
    assert hidden.within(log.exceptions.encode()) == []


async def test_without_the_allow_list_whole_payloads_would_be_logged(house: House) -> None:
    with logged(FORCED_DEBUG) as log:
        await raised_read_and_answered(house)
    assert TEXT in log.meant
    assert ANA.id in log.meant


async def test_a_crash_is_in_the_log_all_the_same(house: House) -> None:
    """Silence would be no proof if nothing was ever said."""
    with logged("WARNING") as log:
        await listener_crashes_without_keys(house)
    assert "handler_failed" in log.lines
    assert "FileNotFoundError" in log.lines


@pytest.mark.parametrize("scenario", [raised_read_and_answered, guard_refuses], ids=lambda scenario: scenario.__name__)
async def test_what_goes_as_it_should_leaves_no_line_whose_time_could_tell(house: House, scenario: Scenario) -> None:
    with logged("INFO") as log:
        await scenario(house)
    assert log.lines == ""


# -- what is sent and written ---------------------------------------------------------------------------------------------


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


async def test_to_raise_look_up_and_answer_posts_nothing_and_writes_nothing_to_the_main_store(house: House) -> None:
    main = house.folder / "data" / "matbot.db"
    await house.send("Something else.")
    await house.bot.bot.concerns.release(KEY, house.bot.clock().date())
    (concern,) = (await house.bot.bot.concerns.listed(KEY)).concerns
    await house.bot.bot.concerns.reply(KEY, concern.id, "Which one?", house.bot.clock())
    before, calls, size = dump(main), len(house.bot.slack.calls), (main.read_bytes(), wal(main))
    await house.send()
    await house.look_up(house.receipts[1])
    await house.look_up(WRONG_RECEIPT)
    found = await house.look_up(house.receipts[0])
    assert found.view is not None
    await house.bot.submit(found.view, {"answer": ANSWER, "receipt": house.receipts[0]}, user=ANA)
    assert dump(main) == before
    assert (main.read_bytes(), wal(main)) == size
    assert {call.method for call in house.bot.slack.calls[calls:]} == {"views.open", "views.update"}


def wal(file: Path) -> bytes:
    return file.with_name(f"{file.name}-wal").read_bytes()


async def test_two_people_get_the_same_form_and_send_the_same_calls_but_for_slacks_own_fields(house: House) -> None:
    sent = []
    for person in (ANA, LEAD):
        home = await house.bot.open_home(person)
        before = len(house.bot.slack.calls)
        view = (await house.bot.slash("concern", user=person)).view
        assert view is not None
        done = await house.bot.submit(view, {"topic": "other", "text": TEXT}, user=person)
        await house.bot.press("mat:concern:raise", home, user=person)
        calls = house.bot.slack.calls[before:]
        opened = [json.dumps(call.arguments["view"]) for call in calls if call.method == "views.open"]
        receipt = done.body["view"]["blocks"].pop(1)
        assert receipt["text"]["text"] not in str(sent)
        sent.append((*opened, json.dumps(done.body)))
    assert sent[0] == sent[1]
    by_command, from_home, _ = sent[0]
    assert by_command == from_home
