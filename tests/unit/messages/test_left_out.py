"""What is left out of a post, and that everything else stays as it is."""

from __future__ import annotations

from mat.message import Message
from messages import block_kit as kit
from messages import left_out
from messages.left_out import LEFT_OUT, postable

PHONE, MRN = "206-555-0142", "4471882"
BUTTON = kit.button(
    "Take it off", "mat:agenda:takeoff", kit.pack(item="4471882447188244718824471882"), spoken=f"Call {PHONE}"
)


def of(*texts: str) -> Message:
    return kit.message(" ".join(texts), [*(kit.section(text) for text in texts), kit.actions(BUTTON)])


def test_a_message_without_patient_detail_is_the_same_message() -> None:
    message = kit.message(
        "Agenda: 8 mg or 16 mg, <@U0123456789>, 14 of 31", [kit.section("*Agenda* at 9:00 AM"), kit.divider()]
    )
    assert postable(message) is message
    assert postable(Message("")) == Message("")


def test_what_is_certain_is_left_out_for_the_eye_and_the_ear() -> None:
    posted = postable(of(f"Cups &amp; lids, ring {PHONE}", f"MRN {MRN} is late", "Wait times"))
    line = "I left out what looks like a phone number, a record number. Whoever wrote it, or a lead, can change those words."
    assert PHONE not in str(posted.text)
    assert posted.text == f"{line} Cups &amp; lids, ring {LEFT_OUT} MRN {LEFT_OUT} is late Wait times"
    texts = [block["text"]["text"] for block in posted.blocks if block["type"] == "section"]
    assert texts == [f"Cups &amp; lids, ring {LEFT_OUT}", f"MRN {LEFT_OUT} is late", "Wait times"]
    assert posted.blocks[0] == kit.context(f":warning: {line}")
    button = posted.blocks[-1]["elements"][0]
    assert button["accessibility_label"] == f"Call {LEFT_OUT}"
    assert {key: button[key] for key in ("action_id", "value")} == {key: BUTTON[key] for key in ("action_id", "value")}


def test_of_very_many_not_one_is_left() -> None:
    posted = postable(Message(" and ".join([PHONE] * 90)))
    assert PHONE not in posted.text
    assert posted.text.count(LEFT_OUT) == 90
    assert posted.blocks == ()


def test_what_was_left_out_once_is_left_out_again_and_what_was_clean_stays() -> None:
    for number in range(3):
        for _ in range(2):
            clean = kit.message(f"Team {number}", [kit.section("Wait times"), kit.section(f"Team {number}")])
            assert postable(clean) is clean
            assert PHONE not in str(postable(of("Wait times", f"Ring {PHONE}")).text)


def test_no_word_is_kept_of_what_was_examined() -> None:
    postable(of("Ask about the larkspur room", f"Ring {PHONE}"))
    assert left_out._clean
    assert all(isinstance(mark, bytes) and len(mark) == 16 for mark in left_out._clean)


def test_marks_do_not_grow_without_end() -> None:
    for number in range(left_out.MARKS + 10):
        left_out._clean.add(number.to_bytes(16))
    postable(of("A text that has not been seen"))
    assert len(left_out._clean) <= 10
