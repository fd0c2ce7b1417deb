"""The concern store as a whole, on both databases: what goes in, who gets what back, and when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from mat.concerns import Concern, ConcernBox, Draft, IsoWeek, Note, Receipt, Release, Status
from mat.concerns.digest import GROUP_SIZE, TOO_FEW, DigestSection
from mat.concerns.redaction import BLACKED_OUT
from mat.errors import (
    ConcernTooOld,
    EnoughAnswers,
    GroupSizeOutOfRange,
    NoSuchConcern,
    NothingToAnswer,
    SentenceNeeded,
    WordsNotFound,
)
from store.concerns.box import ConcernStore
from store.concerns.keys import KeyFolder
from tests.concern_store import CLINIC, NOW, OTHER_CLINIC

BATCH = date(2026, 11, 23)
TEXT = "The morning list leaves no time to call anybody back. 🌱"


async def released(box: ConcernBox, *texts: str, topic: str = "caseload", batch: date = BATCH) -> list[Receipt]:
    receipts = [await box.raise_concern(Draft(topic, text), CLINIC, NOW) for text in texts or (TEXT,)]
    await box.release(CLINIC, batch)
    return receipts


async def only(box: ConcernBox) -> Concern:
    (concern,) = (await box.listed(CLINIC)).concerns
    return concern


async def test_a_concern_reaches_its_readers_with_the_batch_and_not_before(box: ConcernStore) -> None:
    await box.raise_concern(Draft("caseload", TEXT), CLINIC, NOW)
    assert (await box.listed(CLINIC)).concerns == ()
    await box.release(OTHER_CLINIC, BATCH)
    assert (await box.listed(CLINIC)).concerns == ()
    await box.release(CLINIC, BATCH)
    concern = await only(box)
    assert concern.text == TEXT
    assert (concern.topic, concern.status, concern.batch) == ("caseload", Status.WAITING, "2026-11-23")
    assert concern.week == IsoWeek(2026, 47)
    assert (await box.listed(OTHER_CLINIC)).concerns == ()


async def test_a_later_batch_does_not_touch_an_earlier_one(box: ConcernStore) -> None:
    await released(box, "first")
    await box.raise_concern(Draft("other", "second"), CLINIC, NOW)
    await box.release(CLINIC, BATCH + timedelta(days=1))
    listed = (await box.listed(CLINIC)).concerns
    assert [(c.text, c.batch) for c in listed] == [("second", "2026-11-24"), ("first", "2026-11-23")]


async def test_the_batch_of_one_day_goes_once(box: ConcernStore) -> None:
    """A courier that tries again must not let out what came since."""
    await released(box, "first")
    await box.raise_concern(Draft("other", "second"), CLINIC, NOW)
    await box.release(CLINIC, BATCH)
    await box.release(CLINIC, BATCH - timedelta(days=1))
    assert [c.text for c in (await box.listed(CLINIC)).concerns] == ["first"]


async def test_release_now_goes_alone_and_is_forgotten_afterwards(box: ConcernStore) -> None:
    await box.raise_concern(Draft("other", "waits"), CLINIC, NOW)
    assert await box.asked_at_once() == ()
    await box.raise_concern(Draft("safety", "goes", Release.NOW), CLINIC, NOW)
    assert await box.asked_at_once() == (CLINIC,)
    await box.release(CLINIC, BATCH, at_once_only=True)
    assert [c.text for c in (await box.listed(CLINIC)).concerns] == ["goes"]
    assert await box.asked_at_once() == ()


async def test_the_daily_batch_takes_what_was_to_go_at_once(box: ConcernStore) -> None:
    await box.raise_concern(Draft("safety", "goes", Release.NOW), CLINIC, NOW)
    await box.release(CLINIC, BATCH)
    assert await box.asked_at_once() == ()


async def test_the_longest_text_of_the_widest_characters_comes_back(box: ConcernStore) -> None:
    await released(box, "🌱" * 3000)
    assert (await only(box)).text == "🌱" * 3000


async def test_the_receipt_shows_status_sentence_and_replies(box: ConcernStore) -> None:
    (receipt,) = await released(box)
    found = await box.look_up(receipt)
    assert found is not None
    assert (found.status, found.sentence, found.replies) == (Status.WAITING, "", ())
    concern = await only(box)
    await box.reply(CLINIC, concern.id, "Which day is worst?", NOW)
    await box.reply(CLINIC, concern.id, "We look at Tuesday first.", NOW)
    after_reply = await box.look_up(receipt)
    assert after_reply is not None
    assert after_reply.status is Status.HEARD
    await box.set_status(
        CLINIC, concern.id, status=Status.DOING, sentence="We try a later start.", topic="workflow", now=NOW
    )
    found = await box.look_up(receipt)
    assert found is not None
    assert (found.status, found.sentence) == (Status.DOING, "We try a later start.")
    assert found.replies == ("Which day is worst?", "We look at Tuesday first.")
    assert (await only(box)).topic == "workflow"


async def test_an_unknown_receipt_finds_nothing(box: ConcernStore) -> None:
    await released(box)
    assert await box.look_up(Receipt.new()) is None
    with pytest.raises(NothingToAnswer):
        await box.answer(Receipt.new(), "hello")


async def test_an_answer_waits_for_the_next_batch(box: ConcernStore) -> None:
    (receipt,) = await released(box)
    with pytest.raises(NothingToAnswer):
        await box.answer(receipt, "too early")
    concern = await only(box)
    await box.reply(CLINIC, concern.id, "Which day?", NOW)
    await box.answer(receipt, "Tuesday.")
    assert (await box.read(CLINIC, concern.id)).notes == (Note(True, "Which day?"),)
    await box.release(CLINIC, BATCH + timedelta(days=1), at_once_only=True)
    assert (await box.read(CLINIC, concern.id)).notes == (Note(True, "Which day?"),)
    await box.release(CLINIC, BATCH + timedelta(days=1))
    assert (await box.read(CLINIC, concern.id)).notes == (Note(True, "Which day?"), Note(False, "Tuesday."))


async def test_answers_end_at_twenty_for_one_concern(box: ConcernStore) -> None:
    (receipt,) = await released(box)
    await box.reply(CLINIC, (await only(box)).id, "Which day?", NOW)
    for number in range(20):
        await box.answer(receipt, f"Tuesday {number}.")
    with pytest.raises(EnoughAnswers):
        await box.answer(receipt, "Wednesday.")


async def turns_kept(box: ConcernStore) -> list[tuple[int, bool, bool]]:
    """Number, from a reader, released."""
    asked = "SELECT number, from_reader, released FROM concern_note ORDER BY number"
    async with box._engines.reader.connect() as connection:
        rows = await connection.exec_driver_sql(asked)
        return [(row.number, bool(row.from_reader), bool(row.released)) for row in rows]


async def test_an_answer_does_not_tell_between_which_replies_it_came(box: ConcernStore) -> None:
    """Readers know when they replied, and shall learn nothing finer than the batch; nor shall a file or a backup say so."""
    told = []
    for answered_after in (1, 2):
        (receipt,) = await released(box, batch=NOW.date().replace(day=21 + 2 * answered_after))
        concern = (await only(box)).id
        for number in (1, 2):
            await box.reply(CLINIC, concern, f"Reply {number}?", NOW)
            if number == answered_after:
                await box.answer(receipt, "First answer.")
                await box.answer(receipt, "Second answer.")
        waiting = await turns_kept(box)
        await box.release(CLINIC, NOW.date().replace(day=22 + 2 * answered_after))
        told.append((waiting, await turns_kept(box), [note.text for note in (await box.read(CLINIC, concern)).notes]))
        await box.purge(CLINIC, concern)
    assert told[0] == told[1]
    waiting, kept, texts = told[0]
    assert [turn for turn in waiting if turn[2]] == [(1, True, True), (2, True, True)]
    assert kept == [(1, True, True), (2, True, True), (3, False, True), (4, False, True)]
    assert texts == ["Reply 1?", "Reply 2?", "First answer.", "Second answer."]


async def test_replies_go_on_behind_an_answer_of_an_older_version(box: ConcernStore) -> None:
    """There an answer that waits has the next number."""
    (receipt,) = await released(box)
    concern = (await only(box)).id
    await box.reply(CLINIC, concern, "One?", NOW)
    await box.answer(receipt, "Before.")
    async with box._engines.writer.begin() as connection:
        await connection.exec_driver_sql("UPDATE concern_note SET number = 2 WHERE number > 2")
    await box.reply(CLINIC, concern, "Two?", NOW)
    await box.answer(receipt, "After.")
    await box.release(CLINIC, NOW.date().replace(day=27))
    assert [note.text for note in (await box.read(CLINIC, concern)).notes] == ["One?", "Two?", "Before.", "After."]
    assert [turn[0] for turn in await turns_kept(box)] == [1, 2, 3, 4]


async def test_an_answer_that_is_sent_again_stands_once_until_somebody_said_something_else(box: ConcernStore) -> None:
    (receipt,) = await released(box)
    concern = (await only(box)).id
    await box.reply(CLINIC, concern, "Which day?", NOW)
    for _ in range(3):
        await box.answer(receipt, "Tuesday.")
    await box.reply(CLINIC, concern, "Which week?", NOW)
    await box.answer(receipt, "Tuesday.")
    await box.release(CLINIC, NOW.date().replace(day=27))
    await box.answer(receipt, "Tuesday.")
    await box.reply(CLINIC, concern, "Every week?", NOW)
    await box.answer(receipt, "Tuesday.")
    await box.release(CLINIC, NOW.date().replace(day=28))
    turns = [note.text for note in (await box.read(CLINIC, concern)).notes]
    assert turns == ["Which day?", "Which week?", "Tuesday.", "Every week?", "Tuesday."]


async def test_readers_of_another_clinic_reach_nothing(box: ConcernStore) -> None:
    await released(box)
    concern = (await only(box)).id
    attempts = (
        box.read(OTHER_CLINIC, concern),
        box.reply(OTHER_CLINIC, concern, "hello", NOW),
        box.redact(OTHER_CLINIC, concern, "morning"),
        box.purge(OTHER_CLINIC, concern),
        box.set_status(OTHER_CLINIC, concern, status=Status.DONE, sentence="x", topic="other", now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(NoSuchConcern):
            await attempt
    assert (await only(box)).text == TEXT


@pytest.mark.parametrize("concern", ["", "zz", "00" * 16, "'; DROP TABLE concern"])
async def test_a_forged_id_finds_nothing(box: ConcernStore, concern: str) -> None:
    with pytest.raises(NoSuchConcern):
        await box.read(CLINIC, concern)


async def test_an_unreleased_concern_is_out_of_reach_by_id_too(file_box: ConcernStore) -> None:
    receipt = await file_box.raise_concern(Draft("other", TEXT), CLINIC, NOW)
    concern = file_box._keys.receipt_keys(receipt).id.hex()
    with pytest.raises(NoSuchConcern):
        await file_box.read(CLINIC, concern)


async def test_cannot_needs_its_why(box: ConcernStore) -> None:
    await released(box)
    concern = (await only(box)).id
    with pytest.raises(SentenceNeeded):
        await box.set_status(CLINIC, concern, status=Status.CANNOT, sentence="", topic="other", now=NOW)
    assert (await only(box)).status is Status.WAITING


async def test_blacking_out_reaches_text_and_notes_and_what_the_submitter_reads(box: ConcernStore) -> None:
    (receipt,) = await released(box, "Rosa never answers.")
    concern = (await only(box)).id
    await box.reply(CLINIC, concern, "I will ask Rosa.", NOW)
    await box.redact(CLINIC, concern, "rosa")
    seen = await box.read(CLINIC, concern)
    assert (seen.text, seen.redacted) == (f"{BLACKED_OUT} never answers.", True)
    assert seen.notes == (Note(True, f"I will ask {BLACKED_OUT}."),)
    found = await box.look_up(receipt)
    assert found is not None
    assert found.replies == (f"I will ask {BLACKED_OUT}.",)


async def test_blacking_out_cannot_feel_for_an_answer_that_still_waits(box: ConcernStore) -> None:
    (receipt,) = await released(box, "One.")
    concern = (await only(box)).id
    await box.reply(CLINIC, concern, "Who?", NOW)
    await box.answer(receipt, "Rosa.")
    with pytest.raises(WordsNotFound):
        await box.redact(CLINIC, concern, "Rosa")


async def test_a_purged_concern_is_gone_for_readers_and_for_its_receipt(box: ConcernStore) -> None:
    (receipt, other) = await released(box, "one", "two")
    concern = next(c for c in (await box.listed(CLINIC)).concerns if c.text == "one")
    await box.reply(CLINIC, concern.id, "Who?", NOW)
    await box.purge(CLINIC, concern.id)
    assert await box.look_up(receipt) is None
    assert await box.look_up(other) is not None
    with pytest.raises(NoSuchConcern):
        await box.read(CLINIC, concern.id)


async def test_forgetting_a_clinic_leaves_the_others(box: ConcernStore) -> None:
    await released(box)
    await box.raise_concern(Draft("other", "ours"), OTHER_CLINIC, NOW)
    await box.compute_digest(CLINIC, BATCH)
    await box.forget_clinic(CLINIC)
    await box.release(OTHER_CLINIC, BATCH)
    assert (await box.listed(CLINIC)).concerns == ()
    assert [c.text for c in (await box.listed(OTHER_CLINIC)).concerns] == ["ours"]


async def test_the_inbox_filters_and_turns_pages(box: ConcernStore) -> None:
    await released(box, *(f"text {n}" for n in range(10)))
    await released(box, "safety first", topic="safety", batch=BATCH + timedelta(days=1))
    first, second = await box.listed(CLINIC), await box.listed(CLINIC, page=1)
    assert (len(first.concerns), first.page, first.pages) == (8, 0, 2)
    assert (len(second.concerns), second.page) == (3, 1)
    assert len({c.id for c in first.concerns + second.concerns}) == 11
    assert (await box.listed(CLINIC, page=99)).page == 1
    assert (await box.listed(CLINIC, page=-1)).page == 0
    assert [c.text for c in (await box.listed(CLINIC, topic="safety")).concerns] == ["safety first"]
    assert (await box.listed(CLINIC, status=Status.DONE)).concerns == ()


async def test_the_digest_is_computed_once_and_previews_show_the_last_one(box: ConcernStore) -> None:
    monday = date(2026, 11, 30)
    assert await box.last_digest(CLINIC) == TOO_FEW
    await released(box, *(f"text {n}" for n in range(5)))
    shown = DigestSection("5–9", ("caseload",), late=True)
    assert await box.compute_digest(CLINIC, monday) == shown
    await released(box, *(f"text {n}" for n in range(5)), batch=BATCH + timedelta(days=1))
    assert await box.compute_digest(CLINIC, monday) == shown
    assert await box.last_digest(CLINIC) == shown
    assert await box.compute_digest(CLINIC, monday + timedelta(days=7)) == TOO_FEW
    assert await box.last_digest(OTHER_CLINIC) == TOO_FEW


async def test_answered_concerns_are_not_late(box: ConcernStore) -> None:
    await released(box, *(f"text {n}" for n in range(5)))
    for concern in (await box.listed(CLINIC)).concerns:
        await box.reply(CLINIC, concern.id, "Thank you.", NOW)
    section = await box.compute_digest(CLINIC, date(2026, 11, 30))
    assert section.late is False


async def test_a_destroyed_month_cannot_be_read_or_answered_and_others_can(box: ConcernStore, tmp_path: Path) -> None:
    (old,) = await released(box, "old")
    await box.reply(CLINIC, (await only(box)).id, "Who?", NOW)
    december = NOW + timedelta(days=20)
    await box.raise_concern(Draft("other", "new"), CLINIC, december)
    await box.release(CLINIC, december.date())
    keys = KeyFolder(tmp_path / "keys")
    keys.destroy(keys.files("2026-11"), NOW.date())
    texts = {c.text for c in (await box.listed(CLINIC)).concerns}
    assert texts == {None, "new"}
    unreadable = next(c for c in (await box.listed(CLINIC)).concerns if c.text is None)
    with pytest.raises(ConcernTooOld):
        await box.reply(CLINIC, unreadable.id, "hello", NOW)
    with pytest.raises(ConcernTooOld):
        await box.answer(old, "hello")
    with pytest.raises(ConcernTooOld):
        await box.redact(CLINIC, unreadable.id, "old")


async def test_a_clinic_chooses_its_group_size_and_a_smaller_one_waits_for_the_next_period(box: ConcernStore) -> None:
    assert await box.group_size(CLINIC) == GROUP_SIZE
    for k in (2, 11):
        with pytest.raises(GroupSizeOutOfRange):
            await box.set_group_size(CLINIC, k)
    await box.set_group_size(CLINIC, 6)
    for week, expected in enumerate(("", "6–9", "3–9")):
        for number in range(3):
            await box.raise_concern(Draft("other", f"{week} {number}"), CLINIC, NOW)
        await box.release(CLINIC, date(2026, 11, 23) + timedelta(weeks=week))
        monday = date(2026, 11, 30) + timedelta(weeks=week)
        assert (await box.compute_digest(CLINIC, monday)).bucket == expected
        await box.set_group_size(CLINIC, 3)
    assert (await box.group_size(CLINIC), await box.group_size(OTHER_CLINIC)) == (3, GROUP_SIZE)
    await box.forget_clinic(CLINIC)
    assert await box.group_size(CLINIC) == GROUP_SIZE
