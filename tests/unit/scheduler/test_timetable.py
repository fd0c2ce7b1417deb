"""The timetable, pinned: a change of it is a change of what the bot promises."""

from __future__ import annotations

from datetime import timedelta

from mat.delivery import PostKind
from mat.lanes import LANES, lane_of
from mat.schedules import WAITS_FOR_OPEN_DAY
from scheduler.timetable import DUTIES, TIMETABLE, Audience

HOURS_2, DAYS_7, MINUTES_10 = timedelta(hours=2), timedelta(days=7), timedelta(minutes=10)


def test_whom_each_kind_goes_to_and_how_late_is_too_late() -> None:
    table = {
        kind: (entry.audience, entry.rhythm, entry.useful_for, entry.merged, entry.says_late)
        for kind, entry in TIMETABLE.items()
    }
    channel = Audience.TEAM_CHANNEL
    assert table == {
        PostKind.HUDDLE_AGENDA: (channel, "before each huddle", None, False, True),
        PostKind.HUDDLE_CHECK: (channel, "15 minutes after each huddle", HOURS_2, False, True),
        PostKind.WEEKLY_REMINDER: (channel, "Monday at 9:00 AM", HOURS_2, False, True),
        PostKind.DIGEST: (Audience.DIGEST_READERS, "Monday, at the digest's hour", DAYS_7, True, True),
        PostKind.CONCERN_BATCH: (
            Audience.CONCERN_READERS,
            "working days, at the concerns' hour",
            MINUTES_10,
            False,
            False,
        ),
        PostKind.CONCERN_NOW: (
            Audience.CONCERN_READERS,
            "when somebody asks for it",
            timedelta(days=1),
            False,
            False,
        ),
        PostKind.SAID_PREVIEW: (
            Audience.CONCERN_READERS,
            "first Tuesday of the month at 9:00 AM, and once more on the second",
            timedelta(days=3),
            True,
            False,
        ),
        PostKind.SAID: (channel, "once a month, when a reader has said yes", DAYS_7, False, False),
        PostKind.CLOSED_DAYS: (
            channel,
            "once for each closure, the working day before",
            timedelta(days=1),
            False,
            True,
        ),
        PostKind.NOTICE: (Audience.LEADS, "when something went wrong", DAYS_7, False, False),
    }


def test_what_a_closed_day_only_delays() -> None:
    assert {PostKind.DIGEST, PostKind.WEEKLY_REMINDER, PostKind.SAID_PREVIEW} == WAITS_FOR_OPEN_DAY


def test_every_kind_of_post_and_every_audience_of_people_is_known() -> None:
    assert TIMETABLE.keys() == set(PostKind)
    assert DUTIES.keys() == set(Audience) - {Audience.TEAM_CHANNEL}


def test_a_workspace_keeps_its_lane() -> None:
    assert [lane_of(workspace) for workspace in ("T0CLINIC1", "T0OUTSIDE")] == [31, 43]
    assert {lane_of(f"T{n}") for n in range(2000)} == set(range(LANES))
