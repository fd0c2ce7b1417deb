"""Rhythms: from a form to a rule, back into the form, and into words."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations

import pytest

from mat.occurrences import checked_rule, occurrences
from mat.rhythm import (
    EVERY_WORKING_DAY,
    LAST_DAY,
    MonthlyByDate,
    MonthlyByWeekday,
    Rhythm,
    Weekly,
    in_words,
    monthly_on,
    rhythm_of,
    rule_of,
)

EVERY_RHYTHM: list[Rhythm] = [
    *(Weekly(days, every) for size in range(1, 8) for days in combinations(range(7), size) for every in (1, 2)),
    *(MonthlyByWeekday(nth, day) for nth in (1, 2, 3, 4, -1) for day in range(7)),
    *(MonthlyByDate(day) for day in (*range(1, 29), LAST_DAY)),
]


def test_every_rhythm_of_the_form_survives_the_way_to_a_rule_and_back() -> None:
    for rhythm in EVERY_RHYTHM:
        rule = rule_of(rhythm)
        assert checked_rule(rule) == rule
        assert rhythm_of(rule) == rhythm


def test_every_rhythm_reads_differently() -> None:
    words = {in_words(rhythm, "9:00 AM") for rhythm in EVERY_RHYTHM}
    assert len(words) == len(EVERY_RHYTHM)


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Weekly((0, 2, 4)), "Mon, Wed and Fri at 9:00 AM"),
        (Weekly((1,)), "Tuesdays at 9:00 AM"),
        (EVERY_WORKING_DAY, "Every working day at 9:00 AM"),
        (Weekly(tuple(range(7))), "Every day at 9:00 AM"),
        (Weekly((1,), 2), "Every 2 weeks on Tue at 9:00 AM"),
        (Weekly((0, 1, 2, 3, 4), 2), "Every 2 weeks on Mon, Tue, Wed, Thu and Fri at 9:00 AM"),
        (MonthlyByWeekday(2, 1), "The second Tuesday of each month at 9:00 AM"),
        (MonthlyByWeekday(-1, 4), "The last Friday of each month at 9:00 AM"),
        (MonthlyByDate(1), "The 1st of each month at 9:00 AM"),
        (MonthlyByDate(12), "The 12th of each month at 9:00 AM"),
        (MonthlyByDate(23), "The 23rd of each month at 9:00 AM"),
        (MonthlyByDate(LAST_DAY), "The last day of each month at 9:00 AM"),
    ],
)
def test_a_rhythm_in_words(rhythm: Rhythm, words: str) -> None:
    assert in_words(rhythm, "9:00 AM") == words


def test_the_31st_of_each_month_means_its_last_day() -> None:
    timed = occurrences(rule_of(monthly_on(31)), datetime(2027, 1, 1, 9), "UTC", count=3)
    assert [(one.local.month, one.local.day) for one in timed] == [(1, 31), (2, 28), (3, 31)]
    assert monthly_on(28) == MonthlyByDate(28)


@pytest.mark.parametrize(
    ("rule", "rhythm"),
    [
        ("FREQ=WEEKLY;BYDAY=FR,MO;UNTIL=20270101T090000", Weekly((0, 4))),
        ("FREQ=WEEKLY", None),
        ("FREQ=DAILY", None),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=1", None),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", None),
        ("FREQ=MONTHLY;BYDAY=5TU", None),
        ("FREQ=MONTHLY;BYDAY=2TU,3TU", None),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", None),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None),
    ],
)
def test_what_the_form_cannot_show_is_not_shown_as_something_else(rule: str, rhythm: Rhythm | None) -> None:
    assert rhythm_of(rule) == rhythm
