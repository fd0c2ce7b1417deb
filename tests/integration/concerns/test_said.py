"""What may be told to everybody, on both databases: only public sentences, only after a yes, and in an order that tells nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from mat.concerns import Draft, PublicLine, Receipt, Status
from mat.concerns.redaction import BLACKED_OUT
from mat.concerns.said import SaidState
from mat.errors import SaidChanged
from store.concerns.box import ConcernStore
from tests.concern_store import CLINIC, NOW, OTHER_CLINIC, every_byte, scrubbed

MONTH, NEXT = "2026-12", "2027-01"
SHARED = "Two people share the front desk from Monday."
DESK = PublicLine(Status.DONE, SHARED)


async def raised(box: ConcernStore, *texts: str, batch: date = date(2026, 11, 23)) -> dict[str, Receipt]:
    receipts = {text: await box.raise_concern(Draft("caseload", text), CLINIC, NOW) for text in texts}
    await box.release(CLINIC, batch)
    return receipts


async def tell(box: ConcernStore, text: str, sentence: str, status: Status = Status.DONE) -> str:
    """Sets status and public sentence of the concern with this text; its id."""
    concern = next(one for one in (await box.listed(CLINIC)).concerns if one.text == text)
    await box.set_status(CLINIC, concern.id, status=status, sentence=sentence, topic="caseload", now=NOW)
    return concern.id


async def say_yes(box: ConcernStore, month: str = MONTH) -> bool:
    return await box.approve(CLINIC, month, {line: line.sentence for line in await box.unsaid(CLINIC)})


async def test_a_concern_without_a_public_sentence_is_never_told(box: ConcernStore) -> None:
    await raised(box, "one", "two", "three")
    await box.raise_concern(Draft("other", "not released"), CLINIC, NOW)
    await tell(box, "one", SHARED)
    await tell(box, "two", "", Status.HEARD)
    assert await box.unsaid(CLINIC) == (DESK,)
    assert await box.unsaid(OTHER_CLINIC) == ()


async def test_home_shows_a_sentence_after_a_yes_and_not_before(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    assert await box.said_and_done(CLINIC) == ()
    assert await say_yes(box)
    assert await box.said_and_done(CLINIC) == await box.said(CLINIC, MONTH) == (DESK,)
    assert await box.said_and_done(OTHER_CLINIC) == ()
    assert await box.unsaid(CLINIC) == ()


async def test_one_sentence_for_several_concerns_is_one_line(box: ConcernStore) -> None:
    """So the number of lines does not give the number of concerns."""
    await raised(box, "one", "two", "three")
    for text in ("one", "two", "three"):
        await tell(box, text, SHARED)
    assert await box.unsaid(CLINIC) == (DESK,)
    assert await say_yes(box)
    assert await box.said(CLINIC, MONTH) == (DESK,)
    assert await box.unsaid(CLINIC) == ()


async def test_the_order_of_lines_is_that_of_their_words(box: ConcernStore) -> None:
    texts = ["a", "b", "c", "d"]
    await raised(box, *texts, "and one more, so that the group is large enough to tell all of them")
    for text, sentence in zip(texts, ["Zebra.", "apple.", "Maple.", "birch."], strict=True):
        await tell(box, text, sentence)
    await tell(box, "b", "apple.", Status.CANNOT)
    told = [line.sentence for line in await box.unsaid(CLINIC)]
    assert told == ["birch.", "Maple.", "Zebra.", "apple."]
    await say_yes(box)
    assert [line.sentence for line in await box.said(CLINIC, MONTH)] == told


async def test_a_month_is_approved_once_and_handed_over_once(box: ConcernStore) -> None:
    await raised(box, "one", "two")
    await tell(box, "one", SHARED)
    assert await say_yes(box)
    await tell(box, "two", "Later.")
    assert not await say_yes(box)
    assert not await box.put_off(CLINIC, MONTH)
    assert await box.approved() == ((CLINIC, MONTH),)
    await box.handed_over(CLINIC, MONTH)
    assert await box.approved() == ()
    assert await box.said_state(CLINIC, MONTH) is SaidState.POSTED
    assert [line.sentence for line in await box.unsaid(CLINIC)] == ["Later."]
    assert await say_yes(box, NEXT)
    assert [line.sentence for line in await box.said_and_done(CLINIC)] == ["Later.", SHARED]
    assert [line.sentence for line in await box.said_and_done(CLINIC, limit=1)] == ["Later."]


async def test_not_this_month_can_be_taken_back_and_keeps_the_lines(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    assert await box.said_state(CLINIC, MONTH) is SaidState.OPEN
    assert await box.put_off(CLINIC, MONTH)
    assert await box.put_off(CLINIC, MONTH)
    assert await box.said_state(CLINIC, MONTH) is SaidState.PUT_OFF
    assert await box.approved() == ()
    assert await box.unsaid(CLINIC) == (DESK,)
    assert await say_yes(box)


async def test_what_changed_since_it_was_shown_is_not_posted_unseen(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    await tell(box, "one", "Another sentence.")
    with pytest.raises(SaidChanged):
        await box.approve(CLINIC, MONTH, {DESK: SHARED})
    assert await box.said_state(CLINIC, MONTH) is SaidState.OPEN
    assert await box.said_and_done(CLINIC) == ()


async def test_a_readers_better_words_reach_home_and_the_receipt(box: ConcernStore) -> None:
    receipts = await raised(box, "one")
    await tell(box, "one", SHARED)
    assert await box.approve(CLINIC, MONTH, {DESK: "Two people share the desk."})
    assert await box.said(CLINIC, MONTH) == (PublicLine(Status.DONE, "Two people share the desk."),)
    found = await box.look_up(receipts["one"])
    assert found is not None
    assert found.sentence == "Two people share the desk."
    assert await box.unsaid(CLINIC) == ()


async def test_a_line_left_out_comes_back_the_next_month(box: ConcernStore) -> None:
    await raised(box, "one", "two")
    await tell(box, "one", SHARED)
    await tell(box, "two", "Left out.")
    assert await box.approve(CLINIC, MONTH, {DESK: SHARED})
    assert await box.said(CLINIC, MONTH) == (DESK,)
    assert [line.sentence for line in await box.unsaid(CLINIC)] == ["Left out."]


async def test_a_new_status_is_told_anew_and_home_keeps_what_was_told(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", "We look into it.", Status.DOING)
    await say_yes(box)
    await tell(box, "one", SHARED)
    assert await box.said_and_done(CLINIC) == (PublicLine(Status.DOING, "We look into it."),)
    assert await box.unsaid(CLINIC) == (DESK,)
    await say_yes(box, NEXT)
    assert await box.said_and_done(CLINIC) == (DESK,)


async def test_a_sentence_taken_back_leaves_home_and_the_preview(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    await say_yes(box)
    await tell(box, "one", "", Status.HEARD)
    assert await box.said_and_done(CLINIC) == ()
    assert await box.said(CLINIC, MONTH) == ()
    assert await box.unsaid(CLINIC) == ()


async def test_a_deleted_concern_takes_its_line_off_home(box: ConcernStore) -> None:
    await raised(box, "one")
    concern = await tell(box, "one", SHARED)
    await say_yes(box)
    await box.purge(CLINIC, concern)
    assert await box.said_and_done(CLINIC) == ()
    assert await box.said(CLINIC, MONTH) == ()


async def test_blacked_out_words_go_from_home_too_and_are_not_told_anew(box: ConcernStore) -> None:
    receipts = await raised(box, "one")
    concern = await tell(box, "one", SHARED)
    await say_yes(box)
    await box.redact(CLINIC, concern, "from Monday")
    hidden = PublicLine(Status.DONE, SHARED.replace("from Monday", BLACKED_OUT))
    assert await box.said_and_done(CLINIC) == (hidden,)
    assert await box.unsaid(CLINIC) == ()
    found = await box.look_up(receipts["one"])
    assert found is not None
    assert found.sentence == hidden.sentence


async def test_to_raise_one_changes_nothing_that_is_told(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)

    async def told() -> list[object]:
        names = (box.unsaid, box.held_back, box.said_and_done)
        return [*[await name(CLINIC) for name in names], await box.approved()]

    before = await told()
    await box.raise_concern(Draft("caseload", "another"), CLINIC, NOW)
    assert await told() == before


async def test_a_destroyed_key_takes_its_sentences_along(box: ConcernStore, tmp_path: Path) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    await say_yes(box)
    december = NOW + timedelta(days=20)
    await box.raise_concern(Draft("other", "new"), CLINIC, december)
    await box.release(CLINIC, december.date())
    await tell(box, "new", "Still here.")
    for file in (tmp_path / "keys").glob("concerns-2026-11*"):
        file.unlink()
    assert await box.said_and_done(CLINIC) == ()
    assert [line.sentence for line in await box.unsaid(CLINIC)] == ["Still here."]


async def test_forgetting_a_clinic_forgets_what_its_readers_decided(box: ConcernStore) -> None:
    await raised(box, "one")
    await tell(box, "one", SHARED)
    await say_yes(box)
    await box.forget_clinic(CLINIC)
    assert await box.said_state(CLINIC, MONTH) is SaidState.OPEN
    assert await box.approved() == ()


async def test_no_sentence_is_in_any_file(file_box: ConcernStore, tmp_path: Path) -> None:
    await raised(file_box, "one")
    await tell(file_box, "one", SHARED)
    await say_yes(file_box)
    assert b"front desk" not in every_byte(tmp_path)
    await scrubbed(file_box)
    assert b"front desk" not in every_byte(tmp_path)


async def test_what_is_told_stays_two_short_of_the_digests_group_until_that_is_full(box: ConcernStore) -> None:
    """Four sentences beside "too few to show yet" would say: four (docs/decisions/0014-what-the-digests-of-concerns-give-away.md)."""
    texts = ["a", "b", "c", "d"]
    await raised(box, *texts)
    for text in texts:
        await tell(box, text, f"{text} is done.")
    assert len(await box.unsaid(CLINIC)) == 3
    assert await box.held_back(CLINIC)
    await say_yes(box)
    assert await box.unsaid(CLINIC) == ()
    assert await box.held_back(CLINIC)
    await box.raise_concern(Draft("caseload", "e"), CLINIC, NOW)
    assert await box.held_back(CLINIC), "what waits for its batch changes nothing"
    await box.release(CLINIC, date(2026, 11, 24))
    assert not await box.held_back(CLINIC)
    assert [line.sentence for line in await box.unsaid(CLINIC)] == ["d is done."]


async def test_a_period_that_was_shown_may_be_told_in_full_and_the_next_begins_anew(box: ConcernStore) -> None:
    await raised(box, *"abcde")
    for text in "abcde":
        await tell(box, text, f"{text} is done.")
    await box.compute_digest(CLINIC, date(2026, 11, 30))
    await raised(box, *"fghi", batch=date(2026, 11, 30))
    for text in "fghi":
        await tell(box, text, f"{text} is done.")
    assert len(await box.unsaid(CLINIC)) == 5 + 3


async def test_a_smaller_group_size_waits_for_the_next_period(box: ConcernStore) -> None:
    await raised(box, *"abcd")
    assert not (await box.compute_digest(CLINIC, date(2026, 11, 30), k=5)).bucket
    assert not (await box.compute_digest(CLINIC, date(2026, 12, 7), k=3)).bucket
    await raised(box, "e", batch=date(2026, 12, 8))
    assert (await box.compute_digest(CLINIC, date(2026, 12, 14), k=3)).bucket == "5–9"
