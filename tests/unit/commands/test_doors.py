from __future__ import annotations

import pytest

from commands.register import doors


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("status", "status"),
        ("status.", "status"),
        ("“status”", "status"),
        ("status,policies", "status,policies"),
        ("concern:", "concern"),
        ("concern,phones", "concern"),
        ("concerns-phones", "concerns"),
        ("concerning", "concerning"),
        ("", ""),
        ("🎉", "🎉"),
        ("...", "..."),
    ],
)
def test_marks_around_a_word_do_not_hide_it(typed: str, meant: str) -> None:
    assert doors().meant(typed) == meant
