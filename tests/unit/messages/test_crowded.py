"""What is said of an hour with too many posts, at its longest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mat.delivery import PostKind
from mat.load import BY_DIRECT_MESSAGE, CHOSEN, Crowded, demand_of
from mat.schedules import EVERY_CLINIC_HAS
from messages import crowded as wording
from messages import team
from tests.fakes.slack_limits import message_faults

EIGHT = datetime(2027, 1, 4, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEW_YORK = "America/New_York"


def late(kind: PostKind, minutes: int = 7, *, lead: int = 10, instead: int | None = None) -> Crowded:
    demand = demand_of(kind, NEW_YORK, EIGHT, EIGHT + lead * MINUTE if kind is PostKind.HUDDLE_AGENDA else None)
    return Crowded(demand, demand.until + minutes * MINUTE, None if instead is None else EIGHT + instead * MINUTE)


def test_every_kind_with_a_schedule_has_its_word() -> None:
    assert set(wording.WHAT) == {*EVERY_CLINIC_HAS, *CHOSEN, *BY_DIRECT_MESSAGE, PostKind.HUDDLE_CHECK}


@pytest.mark.parametrize(
    ("one", "ends"),
    [
        (late(PostKind.DIGEST), "only at 9:07 AM EST. No hour near it is better. It is saved as you chose it."),
        (late(PostKind.DIGEST, instead=-5), "At 7:55 AM EST it would be in time. It is saved as you chose it."),
        (
            late(PostKind.CONCERN_BATCH),
            ", or on the next working day. No hour near it is better. It is saved as you chose it.",
        ),
        (
            late(PostKind.HUDDLE_AGENDA, instead=25),
            "its huddle has begun. With the huddle 25 minutes later it would be in time, or with its agenda posted earlier. It is saved as you chose it.",
        ),
        (
            late(PostKind.HUDDLE_AGENDA, lead=2880),
            "only at 9:07 AM EST. No hour near it is better. It is saved as you chose it.",
        ),
    ],
)
def test_the_sentence_says_when_and_what_would_do(one: Crowded, ends: str) -> None:
    (told,) = wording.warnings([one])
    assert told.startswith(
        "*A busy hour:* on Mon, January 4 so much is due in this workspace around 8:00 AM EST that the "
    )
    assert told.endswith(ends)


def test_of_many_hours_the_worst_are_named_and_the_message_fits() -> None:
    many = [late(PostKind.HUDDLE_AGENDA, minutes, instead=175) for minutes in range(1, 13)]
    told = wording.warnings(many)
    assert [" 8:22 AM" in told[0], " 8:20 AM" in told[2]] == [True, True]
    assert told[3:] == ["The same holds for 9 more of your hours."]
    message = team.saved_times([], many)
    assert not message_faults(message.text, message.blocks)


def test_those_who_run_the_bot_hear_of_the_worst() -> None:
    crowds = [late(PostKind.DIGEST, 3), late(PostKind.HUDDLE_AGENDA, 9)]
    note = wording.for_the_operator("T0CLINIC1", crowds, 300)
    assert "the last of 1 agendas may come only at 8:19 AM EST, which is late. 1 more hour is like it." in note
    assert "posts of the kind “digest” may come only at 9:03 AM EST, which is late. Let" in wording.for_the_operator(
        "T0CLINIC1", crowds[:1], 300
    )
