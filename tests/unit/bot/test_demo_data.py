"""What the demo shows is what the bot would take from people, about a playbook that is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo_plan import JUNIPER_PLAN, LARKSPUR_PLAN, DemoPlan
from bot.demo_seed import FIRST_HUDDLE, first_huddle, next_huddle_at
from bot.demo_world import JUNIPER_PEOPLE, LARKSPUR_PEOPLE, WORLD, clinics
from mat.concerns import Status
from mat.free_text import accept
from mat.occurrences import local_times
from mat.plan import State, plan_of
from mat.playbook import load_playbook
from mat.zones import instant, wall_clock

PLANS = [LARKSPUR_PLAN, JUNIPER_PLAN]
TODAY = datetime(2027, 1, 6, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("plan", PLANS)
def test_every_text_would_be_taken_from_a_person(plan: DemoPlan) -> None:
    texts = [
        *(step.note for step in plan.steps.values() if step.note),
        *(ask.text for ask in plan.asks),
        *(item.text for item in plan.items),
        *(words for concern in plan.concerns for words in (concern.text, concern.sentence)),
    ]
    assert texts
    assert [text for text in texts if accept(text) != text] == []


def test_every_milestone_is_on_its_clinics_plan() -> None:
    playbook = load_playbook()
    for clinic, plan in zip(clinics(TODAY.date()), PLANS, strict=True):
        assert set(plan.steps) <= {milestone.id for milestone in plan_of(clinic, playbook, {})}
        assert {State.DONE, State.MOVING, State.STUCK} <= {step.state for step in plan.steps.values()}
        begun = (TODAY.date() - clinic.start).days
        assert all(step.days_ago < begun for step in plan.steps.values())


def test_topics_and_roles_are_the_playbooks() -> None:
    playbook = load_playbook()
    assert {concern.topic for concern in LARKSPUR_PLAN.concerns} <= set(playbook.topics)
    assert all(concern.status is not Status.WAITING for concern in LARKSPUR_PLAN.concerns)
    assert len({concern.topic for concern in LARKSPUR_PLAN.concerns}) == len(LARKSPUR_PLAN.concerns)
    for people in (LARKSPUR_PEOPLE, JUNIPER_PEOPLE):
        assert set(people.roles) <= set(playbook.roles)


def test_one_person_is_in_both_clinics_and_everybody_is_in_a_channel() -> None:
    teams = [
        {p.user_id for people in team.roles.values() for p in people} for team in (LARKSPUR_PEOPLE, JUNIPER_PEOPLE)
    ]
    assert len(teams[0] & teams[1]) == 1
    in_channels = {user for channel in WORLD.channels for user in channel.members}
    assert teams[0] | teams[1] <= in_channels
    assert all(WORLD.app.bot_user_id in channel.members for channel in WORLD.channels)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 6, 15, 0, tzinfo=UTC),
        datetime(2027, 1, 9, 15, 0, 59, tzinfo=UTC),  # a Saturday
        datetime(2027, 1, 10, 4, 58, 30, tzinfo=UTC),  # two minutes before Sunday in New York
        datetime(2027, 3, 14, 6, 57, tzinfo=UTC),  # three minutes before the clocks go forward there
        datetime(2026, 11, 1, 4, 57, tzinfo=UTC),  # just before the hour that comes twice
        datetime(2028, 2, 29, 12, 0, 1, tzinfo=UTC),
    ],
)
def test_the_first_huddle_is_three_minutes_ahead_whenever_the_demo_starts(now: datetime) -> None:
    clinic, _ = clinics(wall_clock(now, "America/New_York").date())
    series = first_huddle(clinic, "Morning huddle", FIRST_HUDDLE, now)
    coming = next_huddle_at(now, FIRST_HUDDLE)
    assert timedelta(minutes=3) <= coming - now <= timedelta(minutes=4)
    times = list(zip(range(60), local_times(series.rule, series.local_start), strict=False))
    ahead = [at for _, local in times if (at := instant(local, series.zone)) > now]
    assert ahead[0] == coming
