"""What notifications and screen readers get carries no marks that are for the eye only."""

from __future__ import annotations

import pytest

from messages import block_kit as kit
from messages.aloud import aloud


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("*Done:* PDMP sign-up.", "Done: PDMP sign-up."),
        ("*Six Building Blocks*: *18 of 43 done*, 5 moving", "Six Building Blocks: 18 of 43 done, 5 moving"),
        ("`/mat status` shows `/mat plan`", "/mat status shows /mat plan"),
        ("PDMP  ·  stuck  ·  late", "PDMP, stuck, late"),
        ("*Saved*\n• first\n• second", "Saved\nfirst\nsecond"),
        ("2 * 3 * 4 and 5*6*7, a_b_c, ~5 days", "2 * 3 * 4 and 5*6*7, a_b_c, ~5 days"),
        ("a lone * and a lone ` stay", "a lone * and a lone ` stay"),
        ("<@U1> in <#C1> at <!date^1^{time}|9:00 AM EST>", "<@U1> in <#C1> at <!date^1^{time}|9:00 AM EST>"),
        ("&lt;!channel&gt; &amp; more", "&lt;!channel&gt; &amp; more"),
    ],
)
def test_marks_for_the_eye_are_left_out(markup: str, plain: str) -> None:
    assert aloud(markup) == plain


def test_every_message_is_read_without_them_and_looks_as_before() -> None:
    message = kit.message("*Done:* a  ·  `b`", [kit.section("*Done:* a  ·  `b`")])
    assert message.text == "Done: a, b"
    assert message.blocks[0]["text"]["text"] == "*Done:* a  ·  `b`"
