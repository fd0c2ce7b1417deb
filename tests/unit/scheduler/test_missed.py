"""The misfire table, exactly: downtime of 1 s, 61 s, 2 h, 3 days and 40 days that begins a second before the post is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mat.clinic import Clinic
from mat.delivery import PostKind, Schedule
from mat.errors import RuleRefused, UnknownZone
from mat.huddles import HuddleSeries, Template
from mat.schedules import schedules_of
from scheduler.missed import MERGED, TOO_LATE, drafted
from scheduler.timetable import TIMETABLE

NEW_YORK = "America/New_York"
DAILY = HuddleSeries(
    "h1", Template.DAILY, "Daily huddle", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2027, 1, 4, 9), NEW_YORK, 10, 10
)
CLINIC = Clinic("T1", "north", "Northside", NEW_YORK, date(2027, 1, 4), ("sixbb",), channel="C1", ready=True)
SUNDAY = datetime(2027, 1, 3, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def schedule_of(kind: PostKind) -> Schedule:
    return next(s for s in schedules_of(CLINIC, [DAILY], SUNDAY) if s.kind is kind)


@dataclass(frozen=True)
class Row:
    """What becomes of a kind after a downtime: the local day that is sent (None: nothing), and how many of each are skipped."""

    kind: PostKind
    down: timedelta
    sent: str | None
    too_late: int = 0
    merged: int = 0


MON, THU, FEB_12, FEB_8 = "2027-01-04", "2027-01-07", "2027-02-12", "2027-02-08"
TABLE = [
    Row(PostKind.HUDDLE_AGENDA, SECOND, MON),
    Row(PostKind.HUDDLE_AGENDA, 61 * SECOND, MON),
    Row(PostKind.HUDDLE_AGENDA, 20 * MINUTE, MON),
    Row(PostKind.HUDDLE_AGENDA, 20 * MINUTE + 2 * SECOND, None, too_late=1),
    Row(PostKind.HUDDLE_AGENDA, 2 * HOUR, None, too_late=1),
    Row(PostKind.HUDDLE_AGENDA, 3 * DAY, None, too_late=3),
    Row(PostKind.HUDDLE_AGENDA, 3 * DAY + SECOND, THU, too_late=3),
    Row(PostKind.HUDDLE_AGENDA, 40 * DAY, None, too_late=30),
    Row(PostKind.HUDDLE_CHECK, SECOND, MON),
    Row(PostKind.HUDDLE_CHECK, 61 * SECOND, MON),
    Row(PostKind.HUDDLE_CHECK, 2 * HOUR, MON),
    Row(PostKind.HUDDLE_CHECK, 2 * HOUR + 2 * SECOND, None, too_late=1),
    Row(PostKind.HUDDLE_CHECK, 3 * DAY, None, too_late=3),
    Row(PostKind.HUDDLE_CHECK, 3 * DAY + HOUR, THU, too_late=3),
    Row(PostKind.HUDDLE_CHECK, 40 * DAY, None, too_late=30),
    Row(PostKind.WEEKLY_REMINDER, SECOND, MON),
    Row(PostKind.WEEKLY_REMINDER, 61 * SECOND, MON),
    Row(PostKind.WEEKLY_REMINDER, 2 * HOUR, MON),
    Row(PostKind.WEEKLY_REMINDER, 2 * HOUR + 2 * SECOND, None, too_late=1),
    Row(PostKind.WEEKLY_REMINDER, 3 * DAY, None, too_late=1),
    Row(PostKind.WEEKLY_REMINDER, 40 * DAY, None, too_late=6),
    Row(PostKind.DIGEST, SECOND, MON),
    Row(PostKind.DIGEST, 61 * SECOND, MON),
    Row(PostKind.DIGEST, 2 * HOUR, MON),
    Row(PostKind.DIGEST, 3 * DAY, MON),
    Row(PostKind.DIGEST, 7 * DAY + SECOND, "2027-01-11", merged=1),
    Row(PostKind.DIGEST, 7 * DAY + 2 * SECOND, "2027-01-11", too_late=1),
    Row(PostKind.DIGEST, 40 * DAY, FEB_8, too_late=5),
    Row(PostKind.CONCERN_BATCH, SECOND, MON),
    Row(PostKind.CONCERN_BATCH, 61 * SECOND, MON),
    Row(PostKind.CONCERN_BATCH, 2 * HOUR, None, too_late=1),
    Row(PostKind.CONCERN_BATCH, 3 * DAY, None, too_late=3),
    Row(PostKind.CONCERN_BATCH, 3 * DAY + SECOND, THU, too_late=3),
    Row(PostKind.CONCERN_BATCH, 40 * DAY, None, too_late=30),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.kind.value}-{row.down}")
def test_the_misfire_table(row: Row) -> None:
    schedule = schedule_of(row.kind)
    assert schedule.next_at is not None
    now = schedule.next_at - SECOND + row.down
    draft = drafted(schedule, TIMETABLE[row.kind], DAILY.minutes, now)
    assert (draft.send.local.date().isoformat() if draft.send else None) == row.sent
    reasons = [reason for _, reason in draft.skipped]
    assert (reasons.count(TOO_LATE), reasons.count(MERGED)) == (row.too_late, row.merged)
    assert len(draft.told) == row.too_late
    assert draft.coming is not None
    assert draft.coming.at > now
    assert draft.coming.at - now <= 7 * DAY


def test_an_agenda_that_was_due_at_once_is_not_late() -> None:
    schedule = schedule_of(PostKind.HUDDLE_AGENDA)
    assert schedule.next_at is not None
    set_up_at = schedule.next_at + 7 * MINUTE
    draft = drafted(replace(schedule, next_at=set_up_at), TIMETABLE[schedule.kind], 10, set_up_at)
    assert draft.send is not None
    assert draft.send.at == set_up_at


def test_a_zone_that_has_moved_its_clocks_moves_the_post() -> None:
    """The stored instant was worked out an hour too early; the wall clock wins."""
    schedule = schedule_of(PostKind.DIGEST)
    assert schedule.next_at is not None
    early = schedule.next_at - HOUR
    stored = replace(schedule, next_at=early)
    draft = drafted(stored, TIMETABLE[PostKind.DIGEST], 0, early)
    assert (draft.send, draft.skipped) == (None, ())
    assert draft.moves(stored) == schedule


def test_a_rule_that_has_ended_is_planned_no_more() -> None:
    last = replace(schedule_of(PostKind.DIGEST), rule="FREQ=WEEKLY;BYDAY=MO;UNTIL=20270104T235959")
    assert last.next_at is not None
    draft = drafted(last, TIMETABLE[PostKind.DIGEST], 0, last.next_at)
    assert draft.send is not None
    assert draft.moves(last) == replace(last, next_local=None, next_at=None)
    nothing = drafted(replace(last, next_local=datetime(2028, 1, 3, 8)), TIMETABLE[PostKind.DIGEST], 0, last.next_at)
    assert (nothing.send, nothing.coming) == (None, None)


@pytest.mark.parametrize(
    ("broken", "error"), [({"rule": "FREQ=HOURLY"}, RuleRefused), ({"zone": "Mars/Olympus"}, UnknownZone)]
)
def test_a_broken_schedule_says_so(broken: dict[str, str], error: type[Exception]) -> None:
    schedule = replace(schedule_of(PostKind.DIGEST), **broken)
    with pytest.raises(error):
        drafted(schedule, TIMETABLE[PostKind.DIGEST], 0, SUNDAY + DAY)


def test_over_a_year_with_both_clock_changes_every_huddle_is_sent_once() -> None:
    schedule, sent = schedule_of(PostKind.HUDDLE_AGENDA), []
    for _ in range(260):
        assert schedule.next_at is not None
        draft = drafted(schedule, TIMETABLE[schedule.kind], DAILY.minutes, schedule.next_at + SECOND)
        assert draft.send is not None
        assert draft.skipped == ()
        sent.append(draft.send)
        schedule = draft.moves(schedule)
    assert len({due.local for due in sent}) == 260
    assert {due.at.astimezone(UTC).strftime("%H:%M") for due in sent} == {"13:50", "12:50"}
    assert all(due.local.hour == 9 and due.local.weekday() < 5 for due in sent)
