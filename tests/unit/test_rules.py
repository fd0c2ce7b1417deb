"""Which rules are read, how they are written down, and which are refused with a reason."""

from __future__ import annotations

from datetime import datetime

import pytest

from mat.errors import RuleRefused
from mat.occurrences import checked_rule, next_local, occurrences, storable_rule

START = datetime(2026, 1, 5, 9, 0)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        (" rrule:byday=mo,we ; freq=weekly;", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("BYDAY=2TU;FREQ=MONTHLY;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU"),
        ("FREQ=DAILY;UNTIL=20260110", "FREQ=DAILY;UNTIL=20260110T235959"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "FREQ=MONTHLY;BYSETPOS=3;BYDAY=MO,TU,WE,TH,FR"),
    ],
)
def test_a_rule_has_one_written_form(typed: str, written: str) -> None:
    assert checked_rule(typed) == written
    assert checked_rule(written) == written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "do not know the part"),
        ("every Monday", "do not know the part"),
        ("INTERVAL=2", "does not say how often"),
        ("FREQ=FORTNIGHTLY", "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=HOURLY", "below DAILY"),
        ("FREQ=MINUTELY;INTERVAL=5", "below DAILY"),
        ("FREQ=SECONDLY", "below DAILY"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice"),
        ("FREQ=DAILY;BYEASTER=1", "do not know the part"),
        ("DTSTART=20260101T090000;FREQ=DAILY", "do not know the part"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=٢", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260110T090000", "COUNT and UNTIL"),
        ("FREQ=DAILY;UNTIL=20260110T090000Z", "no Z"),
        ("FREQ=DAILY;UNTIL=20260230T090000", "UNTIL"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "BYSETPOS with WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=MO,2TU", "plain and numbered"),
        ("FREQ=YEARLY;BYWEEKNO=20", "without a weekday"),
        ("FREQ=YEARLY;BYWEEKNO=20,-52;BYDAY=MO", "counted from its end"),
        ("FREQ=WEEKLY;BYDAY=2TU", "numbered weekdays"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYWEEKNO"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "1 to 31"),
        ("FREQ=DAILY;BYHOUR=-1", "0 to 23"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no month has such a day"),
        ("FREQ=MONTHLY;BYDAY=1MO,6TU", "five times at most"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=-20FR", "five times at most"),
        ("FREQ=DAILY;BYMONTHDAY=1,2,3;BYSETPOS=2", "not so many times"),
        ("FREQ=DAILY;BYHOUR=9,9;BYMINUTE=0,30;BYSETPOS=-3,3", "not so many times"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;WKST=8", "WKST"),
        ("FREQ=DAILY;BYHOUR=" + "9," * 600 + "9", "longer than"),
    ],
)
def test_a_rule_that_is_wrong_or_contested_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(RuleRefused) as refused:
        checked_rule(text)
    assert reason in refused.value.sentence
    assert refused.value.sentence.startswith("I can't use the rule")


def test_a_stored_rule_ends_at_the_last_time_of_its_count() -> None:
    stored = storable_rule("FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE", START)
    assert stored == "FREQ=WEEKLY;UNTIL=20260112T090000;BYDAY=MO,WE"
    assert next_local(stored, START, datetime(2026, 1, 7, 9)) == datetime(2026, 1, 12, 9)
    assert next_local(stored, START, datetime(2026, 1, 12, 9)) is None


def test_a_rule_without_a_count_is_stored_as_it_is() -> None:
    assert storable_rule("freq=daily", START) == "FREQ=DAILY"


def test_a_count_that_never_comes_round_or_never_ends_is_not_stored() -> None:
    with pytest.raises(RuleRefused, match="RuleRefused") as endless:
        storable_rule("FREQ=DAILY;COUNT=10001", START)
    assert "10,000" in endless.value.sentence
    with pytest.raises(RuleRefused) as never:
        storable_rule("FREQ=MONTHLY;COUNT=2;BYDAY=5MO;BYMONTHDAY=1", START)
    assert "never comes round" in never.value.sentence


def test_a_bare_until_date_has_its_whole_day_in_it() -> None:
    timed = occurrences("FREQ=DAILY;UNTIL=20260107", START, "UTC", count=9)
    assert [one.local.day for one in timed] == [5, 6, 7]
