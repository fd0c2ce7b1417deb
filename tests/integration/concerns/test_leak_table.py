"""Where identity could leak: a test for each row of docs/concern-leaks.md, which names them."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import pickle
import re
import sqlite3
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nacl.bindings import crypto_box_SEALBYTES as SEALED_BOX

from bot.backup_command import backed_up
from bot.export_command import collected
from mat.concerns import ClinicKey, Concern, Draft, IsoWeek, OpenedForm, Status
from mat.concerns.digest import TOO_FEW, next_state
from mat.concerns.limits import ConcernMemory
from mat.concerns.padding import SIZES, pad
from mat.concerns.records import TEXT_LIMIT
from mat.errors import EnoughConcernsToday, StoreIsBehind
from mat.playbook import load_playbook
from messages import concern_inbox
from store.concerns.box import ConcernStore
from store.concerns.tables import metadata
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.concern_store import CLINIC, NOW, open_box, scrubbed
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_limits import elements
from tests.fakes.slack_world import LEAD, TEAM, Person
from tests.hidden import Hidden
from tests.integration.concerns.test_log_firewall import dump
from tests.logged import FORCED_DEBUG, logged

ROOT = Path(__file__).parents[3]
KEY = ClinicKey(HERE.workspace, HERE.id)
ANA, BEN = Person("U0CANARYANA", "ana.canary"), Person("U0OTHERBENJ", "benjamin.other")
TEXT = "Purple giraffes leave no time to call back."
WHO_AND_WHAT = Hidden({"id": ANA.id, "name": ANA.name, "text": TEXT, "words": "giraffes"}, [TEAM])


@pytest.fixture
async def bot(bot_folder: Path) -> AsyncIterator[BotUnderTest]:
    async with FakeSlack() as slack:
        slack.world.people |= {ANA.id: ANA, BEN.id: BEN}
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await with_clinic(bot)
            yield bot


def box_of(bot: BotUnderTest) -> ConcernStore:
    assert isinstance(bot.bot.concerns, ConcernStore)
    return bot.bot.concerns


async def form_of(bot: BotUnderTest, who: Person = ANA, typed: str = "") -> Mapping[str, Any]:
    view = (await bot.slash(f"concern {typed}".strip(), user=who)).view
    assert view is not None
    return view


async def raised(bot: BotUnderTest, who: Person = ANA, text: str = TEXT) -> Mapping[str, Any]:
    """What the form turned into."""
    answer = await bot.submit(await form_of(bot, who), {"topic": "other", "text": text}, user=who)
    assert "Your receipt" in answer.shown
    view: Mapping[str, Any] = answer.body["view"]
    return view


async def test_leak_payload_only_a_draft_crosses(bot: BotUnderTest) -> None:
    crossed: list[object] = []
    raw = box_of(bot)._together._write

    async def look(makers: Any) -> None:
        crossed.extend(getattr(one, name) for one in makers for name in ("draft", "clinic", "week", "receipts", "kept"))
        await raw(makers)

    box_of(bot)._together._write = look
    await raised(bot)
    assert {field.name for field in dataclasses.fields(Draft)} == {"topic", "text", "release"}
    assert [type(one).__name__ for one in crossed] == ["Draft", "ClinicKey", "IsoWeek", "list", "int"]
    assert {type(one).__name__ for one in crossed[3]} == {"ReceiptKeys"}  # type: ignore[attr-defined]
    # What tells one opened form from another comes as far as its receipt, and is a hash without a person.
    ana, ben = [OpenedForm.named("V0CANARYVIEW", "1763712345.kZ3fQ9aB") for _ in (ANA, BEN)]
    assert ana == ben
    assert {field.name for field in dataclasses.fields(OpenedForm)} == {"mark"}
    shown = repr([dataclasses.asdict(one) for one in crossed[:3]])  # type: ignore[call-overload]
    assert TEXT in shown
    assert not re.search("U0|canary|trigger|hooks", shown)
    with pytest.raises(dataclasses.FrozenInstanceError):
        crossed[0].topic = "safety"  # type: ignore[attr-defined]


async def test_leak_slash_line_is_never_read(bot: BotUnderTest) -> None:
    with logged(FORCED_DEBUG) as log:
        typed, bare = await form_of(bot, typed=TEXT), await form_of(bot)
    assert typed["blocks"] == bare["blocks"]
    sent = str([call.arguments for call in bot.slack.calls])
    assert WHO_AND_WHAT.in_folder(bot.folder) == []
    assert "giraffes" not in sent + log.lines


async def test_leak_exception_texts_carry_no_statement_and_no_value(bot: BotUnderTest) -> None:
    with closing(sqlite3.connect(bot.folder / "data" / "concerns.db")) as vandal:
        vandal.execute("ALTER TABLE concern RENAME COLUMN sealed TO gone")
    with pytest.raises(StoreIsBehind) as broken:
        await box_of(bot).raise_concern(Draft("other", TEXT), KEY, bot.clock())
    shown = "".join(traceback.format_exception(broken.value)) + repr(broken.value) + str(vars(broken.value))
    assert broken.value.__cause__ is None
    assert not re.search("giraffes|INSERT|parameters", shown)
    assert box_of(bot)._engines.writer.sync_engine.hide_parameters
    assert not box_of(bot)._engines.writer.echo


async def test_leak_fields_of_the_form_are_constants(bot: BotUnderTest) -> None:
    kept = ("blocks", "private_metadata", "callback_id", "title", "submit", "close", "type")
    forms = [await form_of(bot, who) for who in (ANA, BEN, LEAD)]
    assert len({str([form.get(name) for name in kept]) for form in forms}) == 1
    assert forms[0]["private_metadata"] == f'{{"clinic":"{HERE.id}"}}'
    names = {block.get("block_id") for block in forms[0]["blocks"]}
    names |= {str(thing.get("action_id")) for _, thing in elements(forms[0]["blocks"])}
    assert not any(re.search(r"U0|\d{4}", str(name)) for name in names)
    receipts = [await raised(bot, who) for who in (ANA, BEN)]
    assert len({(view["callback_id"], view.get("private_metadata")) for view in receipts}) == 1


async def test_leak_no_message_confirms_or_alerts(bot: BotUnderTest) -> None:
    before = len(bot.slack.calls)
    await raised(bot)
    form = await form_of(bot)
    await bot.press("mat:concern:lookup", form, user=ANA)
    answer = await bot.submit(bot.slack.world.views[form["id"]], {"receipt": "7K2MQ-0A9ZT-W4XHB-PD61C"}, user=ANA)
    assert "Nothing to show" in answer.shown
    assert {call.method for call in bot.slack.calls[before:]} == {"views.open", "views.update"}
    assert not any(one.behind for one in bot.seen)


async def test_leak_no_call_names_who_comes_to_raise_one(bot: BotUnderTest) -> None:
    """A call that asks Slack who somebody is, or that draws their Home anew, would name them in the minute they came."""
    new = Person("U0NEWNEWNEW", "new.here")
    bot.slack.world.people[new.id] = new
    before = len(bot.slack.calls)
    answer = await bot.slash("concern", user=new)
    assert "I ask Slack about nobody who comes to raise a concern" in answer.shown
    await bot.dispatch(payloads.global_shortcut("mat:concern:raise", user=new, trigger=bot.slack.world.trigger(new.id)))
    form = await form_of(bot)
    await bot.press("mat:concern:lookup", form, user=new)
    await bot.submit(form, {"topic": "other", "text": TEXT}, user=new)
    assert {call.method for call in bot.slack.calls[before:]} <= {"views.open", "views.update"}
    said = [{**call.arguments, "trigger_id": ""} for call in bot.slack.calls[before:]]
    assert new.id not in str(said)
    home = await bot.open_home(ANA)
    before = len(bot.slack.calls)
    await bot.press("mat:concern:raise", home, user=ANA)
    assert [(call.method, ANA.id in str(call.arguments["view"])) for call in bot.slack.calls[before:]] == [
        ("views.open", False)
    ]
    # The list of everybody comes by the clock.
    await bot.bot.directory.load()
    await raised(bot, new)


async def test_leak_rows_have_neither_number_nor_time(bot: BotUnderTest) -> None:
    await raised(bot)
    with closing(sqlite3.connect(bot.folder / "data" / "concerns.db")) as store:
        tables = dict(store.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE TABLE concern%'"))
        assert set(tables) == set(metadata.tables)
        assert all(sql.rstrip().endswith("WITHOUT ROWID") for sql in tables.values())
        store.row_factory = sqlite3.Row
        (row,) = map(dict, store.execute("SELECT * FROM concern"))
    texts = [str(value) for value in row.values() if isinstance(value, str)]
    assert row["week"] == str(IsoWeek.of(bot.clock().date()))
    assert not [text for text in texts if re.search(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}", text)]
    assert len(row["id"]) == 16


async def test_leak_journal_and_freed_pages_are_emptied(bot: BotUnderTest) -> None:
    await raised(bot)
    await box_of(bot).release(KEY, bot.clock().date())
    (concern,) = (await box_of(bot).listed(KEY)).concerns
    await box_of(bot).purge(KEY, concern.id)
    await scrubbed(box_of(bot))
    file = bot.folder / "data" / "concerns.db"
    assert file.with_name("concerns.db-wal").stat().st_size == 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        assert store.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert bytes.fromhex(concern.id) not in file.read_bytes()
    for engine in (box_of(bot)._engines.writer, box_of(bot)._engines.reader):
        async with engine.connect() as connection:
            assert (await connection.exec_driver_sql("PRAGMA secure_delete")).scalar() == 1


async def test_leak_file_times_are_those_of_the_keepers_round(tmp_path: Path) -> None:
    """A store where something came and one where nothing did, after the same round."""
    ages = []
    for name, how_many in (("quiet", 0), ("busy", 3)):
        async with open_box(tmp_path / name) as box:
            for file in (tmp_path / name / "data").iterdir():
                os.utime(file, (1, 1))
            for _ in range(how_many):
                await box.raise_concern(Draft("other", TEXT), CLINIC, NOW)
            await scrubbed(box)
            began = time.time()
            await box.keep(NOW)
            files = sorted((tmp_path / name / "data").iterdir())
            ages.append([(file.name, file.stat().st_mtime >= began - 0.1) for file in files])
    assert ages[0] == ages[1]
    assert all(fresh for _, fresh in ages[0])


async def test_leak_figures_and_previews_stand_still(bot: BotUnderTest) -> None:
    async def previews() -> list[object]:
        return [(await bot.slash(line, user=LEAD)).blocks for line in ("digest", "status", "")]

    shown = await previews()
    figures = bot.bot.metrics.show({})
    for _ in range(3):
        await raised(bot)
    assert bot.bot.metrics.show({}) == figures
    assert await previews() == shown
    assert not re.search(rb"process_|python_info|platform", figures)


async def test_leak_answer_has_no_place_among_replies(tmp_path: Path) -> None:
    """Readers know the hour of each reply, so an answer between two of them would have an hour too."""
    left = []
    for name, answered_after in (("early", 1), ("late", 3)):
        async with open_box(tmp_path / name) as box:
            receipt = await box.raise_concern(Draft("other", TEXT), CLINIC, NOW)
            await box.release(CLINIC, NOW.date())
            (concern,) = (await box.listed(CLINIC)).concerns
            for number in range(1, 4):
                await box.reply(CLINIC, concern.id, f"Reply {number}?", NOW)
                if number == answered_after:
                    await box.answer(receipt, "All of them.")
            with closing(sqlite3.connect(tmp_path / name / "data" / "concerns.db")) as store:
                waiting = store.execute("SELECT number, from_reader, released FROM concern_note").fetchall()
            await box.release(CLINIC, NOW.date() + timedelta(days=1))
            left.append(
                (waiting, [(note.from_reader, note.text) for note in (await box.read(CLINIC, concern.id)).notes])
            )
    assert left[0] == left[1]
    assert left[0][1][-1] == (False, "All of them.")


async def test_leak_length_shows_in_five_steps_only(tmp_path: Path) -> None:
    sizes = {len(pad(symbol * count)) for symbol in ("x", "é", "€", "🌱") for count in range(1, TEXT_LIMIT + 1, 7)}
    assert sizes == set(SIZES)
    async with open_box(tmp_path) as box:
        for count in (1, 500, 1000):
            await box.raise_concern(Draft("other", "x" * count), CLINIC, NOW)
        with closing(sqlite3.connect(tmp_path / "data" / "concerns.db")) as store:
            lengths = {length for (length,) in store.execute("SELECT length(sealed) FROM concern")}
    # What a sealed box adds is the same for all.
    assert lengths == {SIZES[0] + SEALED_BOX}
    marked_up = "*bold* <!here> <@U1>"
    concern = Concern("00", "other", Status.WAITING, IsoWeek(2026, 47), "2026-11-20", redacted=False, text=marked_up)
    shown = concern_inbox.concern_view(concern_inbox.Shown(HERE, load_playbook()), concern)
    (block,) = [block for block in shown["blocks"] if marked_up in str(block)]
    assert block["text"]["type"] == "plain_text"


def test_leak_limits_remember_keyed_hashes_for_a_day() -> None:
    memory = ConcernMemory()
    for _ in range(3):
        memory.limits.check_raise(TEAM, ANA.id, NOW)
        memory.limits.count_raise(TEAM, ANA.id, NOW)
    with pytest.raises(EnoughConcernsToday):
        memory.limits.check_raise(TEAM, ANA.id, NOW)
    memory.limits.check_raise(TEAM, BEN.id, NOW)
    held = pickle.dumps(vars(memory.limits) | {"_new_key": None})
    assert WHO_AND_WHAT.within(held) == []
    first = memory.limits._key
    assert len(first) == 32
    memory.limits.check_raise(TEAM, ANA.id, NOW + timedelta(days=1))
    assert memory.limits._key != first
    assert len(memory.limits._counts) <= 1
    # A restart forgives.
    ConcernMemory().limits.check_raise(TEAM, ANA.id, NOW)


async def test_leak_second_delivery_is_known_for_ten_minutes_in_memory_only(bot: BotUnderTest) -> None:
    form = await form_of(bot)
    answers = {"topic": "other", "text": TEXT}
    first, again = [await bot.submit(form, answers, user=ANA) for _ in range(2)]
    assert first.body == again.body
    forms = bot.bot.desk.memory.forms
    assert len(forms._sent) == 1
    assert form["id"].encode() not in b"".join(forms._sent)
    forms.forget_old(bot.clock() + timedelta(minutes=10))
    assert not forms._sent
    assert Hidden({"view": form["id"]}).in_folder(bot.folder) == []


async def test_leak_form_and_concern_are_tied_by_nothing_that_lasts(bot: BotUnderTest) -> None:
    """With every file and Slack's own names for the form somebody could find its row in these minutes, and later nobody can."""
    form = await form_of(bot)
    answers = {"topic": "other", "text": TEXT}
    assert "Your receipt" in (await bot.submit(form, answers, user=ANA)).shown
    opened = OpenedForm.named(form["id"], form["hash"])
    assert opened is not None

    def found() -> bool:
        with closing(sqlite3.connect(bot.folder / "data" / "concerns.db")) as store:
            ((row,),) = store.execute("SELECT id FROM concern").fetchall()
        secrets = [file.read_bytes() for file in (bot.folder / "keys").rglob("*") if file.is_file()]
        tried = [opened.receipt(secret[:32], KEY, Draft("other", TEXT)) for secret in secrets]
        return row in {box_of(bot)._keys.receipt_keys(receipt).id for receipt in tried}

    assert found()
    for _ in range(6):
        bot.clock.jump_to(bot.clock() + timedelta(minutes=5))
        await box_of(bot).keep(bot.clock())
    assert not found()
    assert Hidden({"view": form["id"]}).in_folder(bot.folder) == []


async def test_leak_main_store_keeps_its_bytes(bot: BotUnderTest) -> None:
    main = bot.folder / "data" / "matbot.db"
    await form_of(bot)
    before = dump(main), main.read_bytes(), main.with_name("matbot.db-wal").read_bytes()
    await raised(bot)
    assert (dump(main), main.read_bytes(), main.with_name("matbot.db-wal").read_bytes()) == before


async def test_leak_exports_and_backups_say_no_more_than_the_last_release(bot: BotUnderTest) -> None:
    settings, copies = bot.bot.settings, bot.folder / "backups"
    before_export = str(await collected(settings, "", bot.clock))
    await asyncio.to_thread(backed_up, settings, copies, None, bot.clock())
    await raised(bot)
    bot.clock.jump_to(bot.clock() + timedelta(minutes=5))
    await asyncio.to_thread(backed_up, settings, copies, None, bot.clock())
    one, other = [file.read_bytes() for file in sorted(copies.glob("*/concerns.db"))]
    assert one == other
    assert str(await collected(settings, "", bot.clock)) == before_export


def test_leak_small_groups_and_none_look_the_same() -> None:
    week = IsoWeek(2026, 47)
    sections = {
        next_state(None, week, {week: {"safety": count}} if count else {}, late=late, k=5).section
        for count in range(5)
        for late in (True, False)
    }
    assert sections == {TOO_FEW}
    shown = next_state(None, week, {week: {"safety": 5}}, late=True, k=5)
    assert next_state(shown, week.plus(1), {week: {"safety": 5}}, late=True, k=5).section == TOO_FEW


def test_leak_swap_and_core_dumps_are_off_in_the_documented_unit() -> None:
    unit = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("[Service]")[2].partition("```")[0]
    assert {"UMask=0077", "LimitCORE=0", "MemorySwapMax=0"} <= set(unit.splitlines())
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "umask 077" in image
    assert "ulimit -c 0" in image
