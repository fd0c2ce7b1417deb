"""The handlers on real stores: from form to receipt, from receipt to reply, from notice to inbox, and what they must not do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.logging_setup import AllowListFormatter
from commands import reading
from commands.answering import Guarded
from commands.asking import Ask, Reply, Surface
from commands.desk import Desk
from commands.everything import ACTIONS, COMMANDS, SHORTCUTS, VIEWS
from mat.clinic import Duty, PersonFacts
from mat.concerns import ClinicKey, Receipt
from mat.playbook import load_playbook
from messages import block_kit as kit
from store.concerns.box import ConcernStore
from store.work import SqlWork
from tests.concern_store import every_byte, open_box
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_limits import texts
from tests.stores import BIRCH, MAPLE, keep

ANA, BEN, READER, GUEST = "U0CANARYANA", "U0CANARYBEN", "U0READER", "U0GUEST"
TEXT = "Purple giraffes leave no time to call back."
KEY = ClinicKey(MAPLE.workspace, MAPLE.id)
METADATA = {"clinic": MAPLE.id}


class Forbidden:
    """A port that nobody may touch on the concern path."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the concern path called {name}")


class People:
    def __init__(self) -> None:
        self.gone: set[str] = set()

    def person(self, user: str) -> PersonFacts | None:
        if user == "U0STRANGER":
            return None
        return PersonFacts(user, name=f"Name of {user}", guest=user == GUEST, gone=user in self.gone)

    known = person

    async def channel(self, channel: str) -> None:
        return None


@dataclass
class House:
    """A desk over real stores, and the doors as a person finds them."""

    desk: Desk
    clock: HandClock
    box: ConcernStore
    folder: Path
    views: int = 0

    async def ask(self, table: Mapping[str, Any], name: str, user: str = ANA, **more: Any) -> Reply:
        surface = more.pop("surface", Surface.COMMAND)
        return await Guarded(self.desk)(table[name], Ask(MAPLE.workspace, user, surface, **more))

    async def submit(
        self, name: str, view: Mapping[str, Any], answers: Mapping[str, object], user: str = ANA, view_id: str = ""
    ) -> Reply:
        self.views += 1
        return await self.ask(
            VIEWS,
            name,
            user,
            surface=Surface.MODAL,
            value=kit.unpack(view.get("private_metadata", "")),
            values=payloads.filled(view, answers),
            view_id=view_id or f"V{self.views}",
        )

    async def form(self, user: str = ANA) -> Mapping[str, Any]:
        reply = await self.ask(COMMANDS, "concern", user)
        assert reply.view is not None
        return reply.view

    async def raised(self, user: str = ANA, text: str = TEXT, view_id: str = "", release: str = "batch") -> Reply:
        answers = {"topic": "caseload", "text": text, "release": release}
        return await self.submit("concern:raise", await self.form(user), answers, user, view_id)

    async def look_up(self, receipt: str, user: str = ANA) -> Reply:
        shown = await self.ask(ACTIONS, "concern:lookup", user, surface=Surface.MODAL, value=METADATA, view_id="V")
        assert shown.view is not None
        return await self.submit("concern:lookup", shown.view, {"receipt": receipt}, user)

    async def release(self) -> str:
        """Releases everything; the newest concern's id."""
        await self.clock.move(days=1)
        await self.box.release(KEY, self.clock.now.date())
        return (await self.box.listed(KEY)).concerns[0].id


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """What the program's own formatter makes of every record of every logger, at the most talkative level there is."""
    root, lines = logging.getLogger(), list[str]()
    handler, level = logging.Handler(), root.level
    handler.setFormatter(AllowListFormatter())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert lines, "something is logged, so that silence proves something"


def said(reply: Reply) -> str:
    assert reply.errors is None, reply.errors
    shown = reply.view["blocks"] if reply.view is not None else reply.message.blocks if reply.message else ()
    return " ".join(texts(shown))


def receipt_in(reply: Reply) -> str:
    assert reply.view is not None
    symbols: str = reply.view["blocks"][1]["text"]["text"].strip("`")
    assert Receipt.parse(symbols)
    return symbols


@pytest.fixture
async def house(work_on_sqlite: SqlWork, tmp_path: Path) -> AsyncIterator[House]:
    await keep(work_on_sqlite, MAPLE)
    async with work_on_sqlite.writing() as books:
        await books.at(MAPLE).roster.set_duty(Duty.READS_CONCERNS, [READER, "U0READER2"])
        await books.commit()
    clock = HandClock()
    async with open_box(tmp_path / "concerns", now=clock.now) as box:
        nobody: Any = Forbidden()
        desk = Desk(
            work=work_on_sqlite,
            clock=clock,
            new_id=nobody,
            playbook=load_playbook(),
            directory=People(),
            surfaces=nobody,
            poster=nobody,
            concerns=box,
            wake=nobody,
        )
        yield House(desk, clock, box, tmp_path)


# -- raising ----------------------------------------------------------------------------------------------------------


async def test_a_form_becomes_a_receipt_that_finds_the_concern(house: House) -> None:
    reply = await house.raised()
    receipt = receipt_in(reply)
    assert await house.box.look_up(Receipt.parse(receipt)) is not None
    assert reply.message is None
    assert reply.public is None
    assert reply.later == ()
    await house.release()
    (concern,) = (await house.box.listed(KEY)).concerns
    assert (concern.text, concern.topic) == (TEXT, "caseload")


async def test_shortcut_home_button_and_command_open_the_same_bytes_for_two_people(house: House) -> None:
    views = [
        await house.form(ANA),
        await house.form(BEN),
        (await house.ask(SHORTCUTS, "concern:raise", BEN, surface=Surface.SHORTCUT)).view,
        (await house.ask(ACTIONS, "concern:raise", ANA, surface=Surface.HOME)).view,
        (await house.ask(ACTIONS, "concern:raise", BEN, surface=Surface.MODAL, value=METADATA)).view,
    ]
    assert all(view == views[0] for view in views)


async def test_a_reader_who_has_left_is_not_named_and_reads_nothing(house: House) -> None:
    await house.raised()
    await house.release()
    assert f"<@{READER}>, <@U0READER2>" in said(await house.ask(COMMANDS, "concern"))
    people: Any = house.desk.directory
    people.gone.add(READER)
    shown = said(await house.ask(COMMANDS, "concern"))
    assert f"<@{READER}>" not in shown
    assert "<@U0READER2>" in shown
    assert TEXT not in said(await house.ask(COMMANDS, "inbox", READER))
    people.gone.add("U0READER2")
    assert "nobody yet" in said(await house.ask(COMMANDS, "concern"))


async def test_words_behind_the_command_are_dropped_unread(house: House) -> None:
    typed = await house.ask(COMMANDS, "concern", words=TEXT, line=f"concern {TEXT}")
    assert typed.view == await house.form()
    assert "drop unread" in said(typed)
    assert b"giraffes" not in every_byte(house.folder)


async def test_a_form_sent_twice_is_stored_once_and_shows_its_receipt_again(house: House) -> None:
    first, again = await house.raised(view_id="V9"), await house.raised(view_id="V9")
    assert receipt_in(first) == receipt_in(again)
    await house.release()
    assert len((await house.box.listed(KEY)).concerns) == 1


async def test_a_sent_form_is_forgotten_after_ten_minutes_also_when_nobody_comes_after(house: House) -> None:
    receipt_in(await house.raised(view_id="V9"))
    loop: Any = asyncio.get_running_loop()
    forms = house.desk.memory.forms
    (timer,) = [timer for timer in loop._scheduled if timer._callback == forms.forget_old]
    assert timer.when() - loop.time() == pytest.approx(600, abs=60)
    timer._run()
    assert not forms._sent


async def test_another_persons_view_id_gets_nothing_of_mine(house: House) -> None:
    assert receipt_in(await house.raised(ANA, view_id="V9")) != receipt_in(await house.raised(BEN, view_id="V9"))


async def test_a_fourth_on_one_day_is_refused_and_its_words_stay(house: House) -> None:
    for _ in range(3):
        receipt_in(await house.raised())
    refused = await house.raised()
    assert refused.view is None
    assert "3 concerns a day" in (refused.errors or {})["text"]
    receipt_in(await house.raised(BEN))
    await house.clock.move(days=1)
    receipt_in(await house.raised())


@pytest.mark.parametrize(
    ("text", "sentence"), [(" ", "Please say what gets in the way"), ("Call 555-014-2345 back.", "phone number")]
)
async def test_a_text_that_cannot_be_kept_stays_in_the_form(house: House, text: str, sentence: str) -> None:
    refused = await house.raised(text=text)
    assert sentence in (refused.errors or {})["text"]
    assert await stored(house) == 0


async def test_a_broken_store_gives_no_receipt_and_keeps_the_words(house: House) -> None:
    view = await house.form()
    await house.box._engines.writer.dispose()
    (house.folder / "concerns" / "keys" / "concerns-2027-01.key").unlink()
    (house.folder / "concerns" / "keys").chmod(0o000)
    (house.folder / "concerns" / "keys").rename(house.folder / "gone")
    with everything_logged() as lines:
        refused = await house.submit("concern:raise", view, {"topic": "other", "text": TEXT})
    (house.folder / "gone").rename(house.folder / "concerns" / "keys")
    (house.folder / "concerns" / "keys").chmod(0o700)
    assert refused.view is None
    assert "there is no receipt" in (refused.errors or {})["text"]
    assert await stored(house) == 0
    assert not [line for line in lines if "giraffes" in line or "CANARY" in line]
    assert [line for line in lines if "handler_failed" in line]


async def test_somebody_with_two_clinics_chooses_in_the_modal_and_nothing_remembers_it(house: House) -> None:
    await keep(house.desk.work, BIRCH)  # type: ignore[arg-type]
    before = await rows(house)
    asked = await house.ask(COMMANDS, "concern")
    assert asked.view is not None
    assert "Which clinic" in said(asked)
    chosen = await house.ask(ACTIONS, "concern:raise", surface=Surface.MODAL, value={"clinic": BIRCH.id})
    assert BIRCH.id in str(chosen.view)
    assert await rows(house) == before


@pytest.mark.parametrize("user", [GUEST, "U0STRANGER"])
async def test_guests_and_strangers_get_one_polite_sentence(house: House, user: str) -> None:
    form = await house.form()
    for reply in (
        await house.ask(COMMANDS, "concern", user),
        await house.submit("concern:raise", form, {"topic": "other", "text": TEXT}, user),
    ):
        assert reply.view is None
        assert reply.message is not None
    assert await stored(house) == 0


async def test_a_forged_clinic_is_refused(house: House) -> None:
    view = {**await house.form(), "private_metadata": kit.pack(clinic="elsewhere")}
    refused = await house.submit("concern:raise", view, {"topic": "other", "text": TEXT})
    assert refused.view is None
    assert await stored(house) == 0


# -- looking up and answering -----------------------------------------------------------------------------------------


async def test_known_unanswered_and_unknown_receipts_get_the_same_bytes(house: House) -> None:
    known = receipt_in(await house.raised())
    answers = [await house.look_up(known), await house.look_up(Receipt.new().shown, BEN)]
    await house.release()
    answers.append(await house.look_up(known))
    assert answers[0] == answers[1] == answers[2]
    assert "Nothing to show" in said(answers[0])


async def test_a_reply_is_read_and_answered_with_the_receipt(house: House) -> None:
    receipt = receipt_in(await house.raised())
    concern = await house.release()
    await house.box.reply(KEY, concern, "Which day?", house.clock.now)
    found = await house.look_up(f" {receipt.lower().replace('-', ' ')} ", BEN)
    assert "Which day?" in said(found)
    assert found.view is not None
    form = {"answer": "Tuesday.", "receipt": receipt}
    done = await house.submit("concern:answer", found.view, form, view_id="V5")
    again = await house.submit("concern:answer", found.view, form, view_id="V5")
    assert "Your answer is kept" in said(done)
    assert done == again
    await house.release()
    assert [note.text for note in (await house.box.read(KEY, concern)).notes] == ["Which day?", "Tuesday."]


async def test_an_unreadable_receipt_says_so_at_its_field(house: House) -> None:
    assert "I count 3" in ((await house.look_up("ABC")).errors or {})["receipt"]


async def test_after_twenty_wrong_receipts_only_right_ones_are_answered(house: House) -> None:
    known = receipt_in(await house.raised())
    for _ in range(20):
        said(await house.look_up(Receipt.new().shown))
    assert "until tomorrow" in ((await house.look_up(Receipt.new().shown)).errors or {})["receipt"]
    said(await house.look_up(known))
    said(await house.look_up(Receipt.new().shown, BEN))


# -- reading ----------------------------------------------------------------------------------------------------------


async def reader(house: House, name: str, concern: str = "", user: str = READER, **more: str) -> Reply:
    value = METADATA | ({"concern": concern} if concern else {}) | more
    return await house.ask(ACTIONS, name, user, surface=Surface.MODAL, value=value, view_id="V")


async def test_a_reader_works_through_a_concern(house: House) -> None:
    receipt = receipt_in(await house.raised())
    concern = await house.release()
    assert TEXT in said(await house.ask(ACTIONS, "concern:inbox", READER, surface=Surface.MESSAGE, value=METADATA))
    assert TEXT in said(await house.ask(COMMANDS, "inbox", READER))
    assert TEXT in said(await reader(house, "concern:open", concern))

    form = (await reader(house, "concern:reply", concern)).view
    assert form is not None
    assert "Which day?" in said(await house.submit("concern:reply", form, {"text": "Which day?"}, READER))

    form = (await reader(house, "concern:status", concern)).view
    assert form is not None
    done = {"status": "done", "topic": "workflow", "sentence": "Calls have an hour of their own."}
    assert "an hour of their own" in said(await house.submit("concern:status", form, done, READER))

    form = (await reader(house, "concern:blackout", concern)).view
    assert form is not None
    assert "█████ leave no time" in said(
        await house.submit("concern:blackout", form, {"words": "purple giraffes"}, READER)
    )
    found = said(await house.look_up(receipt))
    assert "Done" in found
    assert "an hour of their own" in found

    assert "Nothing here" in said(await reader(house, "concern:purge", concern))
    assert "no longer here" in said(await reader(house, "concern:open", concern))


async def test_the_inbox_filters_and_keeps_its_place(house: House) -> None:
    await house.raised()
    await house.release()
    assert TEXT in said(await reader(house, "concern:inbox", topic="caseload", status="waiting"))
    assert "Nothing here" in said(await reader(house, "concern:inbox", topic="safety"))
    assert TEXT in said(await reader(house, "concern:inbox", topic="forged", status="forged", page="-1"))


async def test_a_filter_is_read_from_what_slack_sends(house: House) -> None:
    await house.raised()
    await house.release()
    view = (await house.ask(COMMANDS, "inbox", READER)).view
    assert view is not None
    wanted = kit.pack(clinic=MAPLE.id, status="all", topic="safety", page="0")
    pressed = payloads.press("mat:concern:inbox#topic", view={**view, "id": "V1"}, choose=wanted)
    ask, name = reading.action(pressed)
    reply = await house.ask(ACTIONS, name, READER, surface=ask.surface, value=ask.value)
    assert "Nothing here" in said(reply)


async def test_cannot_asks_for_its_sentence_and_no_choice_changes_nothing(house: House) -> None:
    await house.raised()
    concern = await house.release()
    form = (await reader(house, "concern:status", concern)).view
    assert form is not None
    refused = await house.submit("concern:status", form, {"status": "cannot", "sentence": ""}, READER)
    assert "say why" in (refused.errors or {})["sentence"]
    empty = await house.ask(
        VIEWS, "concern:status", READER, surface=Surface.MODAL, value=METADATA | {"concern": concern}, values={}
    )
    assert "choose" in (empty.errors or {})["status"]
    assert (await house.box.read(KEY, concern)).status == "waiting"


async def test_an_ex_reader_with_an_old_modal_is_refused_at_every_step(house: House) -> None:
    await house.raised()
    concern = await house.release()
    forms = {name: (await reader(house, f"concern:{name}", concern)).view for name in ("reply", "status", "blackout")}
    async with house.desk.work.writing() as books:
        await books.at(MAPLE).roster.set_duty(Duty.READS_CONCERNS, ["U0READER2"])
        await books.commit()
    replies = [await reader(house, name, concern) for name in ACTIONS if name.startswith("concern:") and reads(name)]
    answers: dict[str, dict[str, object]] = {
        "reply": {"text": "x"},
        "status": {"status": "done"},
        "blackout": {"words": "giraffes"},
    }
    for name, form in forms.items():
        assert form is not None
        replies.append(await house.submit(f"concern:{name}", form, answers[name], READER))
    replies.append(await house.ask(COMMANDS, "inbox", READER))
    assert len(replies) == 14
    for reply in replies:
        assert reply.view is None
        assert reply.message is not None
        assert "people named to read concerns" in reply.message.text
        assert "giraffes" not in str(reply)
    assert (await house.box.read(KEY, concern)).notes == ()


def reads(name: str) -> bool:
    return name not in {"concern:raise", "concern:lookup"}


async def test_a_reader_of_another_clinic_reaches_nothing(house: House) -> None:
    await house.raised()
    concern = await house.release()
    await keep(house.desk.work, BIRCH)  # type: ignore[arg-type]
    async with house.desk.work.writing() as books:
        await books.at(BIRCH).roster.set_duty(Duty.READS_CONCERNS, ["U0BIRCH"])
        await books.commit()
    value = {"clinic": BIRCH.id, "concern": concern}
    refused = await house.ask(ACTIONS, "concern:open", "U0BIRCH", surface=Surface.MODAL, value=value)
    assert "no longer here" in said(refused)


# -- what is left behind ----------------------------------------------------------------------------------------------


async def test_no_file_and_no_log_holds_who_raised_it(house: House) -> None:
    """Raise, look up and answer leave the main store as it was, and no file or log line with an id or a word."""
    before = await rows(house)
    with everything_logged() as lines:
        receipt = receipt_in(await house.raised())
        concern = await house.release()
        await house.box.reply(KEY, concern, "Which day?", house.clock.now)
        found = await house.look_up(receipt)
        assert found.view is not None
        answer = {"answer": "Purple Tuesday.", "receipt": receipt}
        said(await house.submit("concern:answer", found.view, answer))
        await house.look_up("nonsense")
        for _ in range(4):
            await house.raised()
    assert await rows(house) == before
    logged = "\n".join(lines)
    written = every_byte(house.folder)
    for canary in (ANA, "CANARY", "giraffes", "Purple", receipt, receipt.replace("-", "")):
        assert canary not in logged, canary
        for form in (canary.encode(), canary.encode("utf-16-le"), canary.encode().hex().encode()):
            assert form not in written, canary


async def test_two_people_leave_the_same_rows_but_for_random_bytes(house: House) -> None:
    for user in (ANA, BEN):
        await house.raised(user)
    async with house.box._engines.reader.connect() as connection:
        plain = "SELECT workspace, clinic, topic, status, week, batch, at_once, redacted, length(sealed) FROM concern"
        first, second = (await connection.exec_driver_sql(plain)).all()
    assert first == second


async def stored(house: House) -> int:
    async with house.box._engines.reader.connect() as connection:
        return int((await connection.exec_driver_sql("SELECT count(*) FROM concern")).scalar_one())


async def rows(house: House) -> dict[str, list[Any]]:
    """The whole main store."""
    async with house.desk.work.reading() as books:
        session: Any = books
        connection = await session._unit._connect()
        names = (
            (await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        )
        return {name: (await connection.exec_driver_sql(f'SELECT * FROM "{name}"')).all() for name in names}


async def test_where_another_process_answers_the_forms_the_words_stay_in_them(house: House) -> None:
    house.desk = replace(house.desk, answers_concerns=lambda: False)
    for reply in (await house.raised(), await house.look_up("MADE-UPRE-CEIP-T")):
        assert reply.view is None
        assert reply.errors is not None
        (sentence,) = reply.errors.values()
        assert "press the button again in a moment" in sentence
    await house.clock.move(days=1)
    await house.box.release(KEY, house.clock.now.date())
    assert (await house.box.listed(KEY)).concerns == ()
