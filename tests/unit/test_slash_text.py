from __future__ import annotations

import pytest

from commands.slash_text import MAX_TYPED, cut_last, split


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("status", "status", ""),
        ("  STATUS   policies ", "status", "policies"),
        ("done  policy\tdraft\n", "done", "policy draft"),
        ("do\x00ne x", "done", "x"),
        ("حالة شيء", "حالة", "شيء"),
        ("🎉 party", "🎉", "party"),
    ],
)
def test_the_first_word_and_the_rest(typed: str, word: str, rest: str) -> None:
    assert split(typed) == (word, rest)


def test_a_line_longer_than_slack_sends_is_cut() -> None:
    word, rest = split("done " + "x" * 40_000)
    assert word == "done"
    assert len(word) + 1 + len(rest) == MAX_TYPED


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("policies share", ("policies", True)),
        ("SHARE", ("", True)),
        ("share policies", ("share policies", False)),
        ("", ("", False)),
    ],
)
def test_share_counts_only_at_the_end(words: str, expected: tuple[str, bool]) -> None:
    assert cut_last(words, "share") == expected
