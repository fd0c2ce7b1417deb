"""What set-up needs, in which order, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from mat.clinic import Clinic, Duty, Member, PersonFacts
from mat.delivery import PostKind
from mat.errors import (
    BotNotInChannel,
    BotsHaveNoRole,
    ChannelArchived,
    ChannelNotFound,
    ChannelShared,
    ChannelTaken,
    DateInThePast,
    DigestNeedsSomebody,
    GuestsOnlyFacilitate,
    LeadNeeded,
    OneDayOnly,
    PersonLeft,
    PersonNotKnownYet,
    TwoReadersNeeded,
)
from mat.huddles import HuddleSeries, Template
from mat.playbook import load_playbook
from mat.ports import ChannelFacts
from mat.setup import (
    Step,
    Team,
    begun_with_plan,
    channel_problem,
    coming,
    days_of,
    first_huddle,
    first_missing,
    gaps,
    person_problem,
    start_problem,
    team_of,
    team_problem,
)

PLAYBOOK = load_playbook()
NOW = datetime(2027, 1, 6, 15, 0, tzinfo=UTC)
"""Wednesday 6 January 2027, 9:00 AM in Chicago."""

CLINIC = Clinic("T1", "maple", "Maple Street Clinic", "America/Chicago", date(2027, 1, 4), ("sixbb",), channel="C1")
WHOLE = Team({"champion": ("U1",)}, leads=("U1",), readers=("U1", "U2"), digest=("U1",))


def huddle(template: Template = Template.DAILY, days: tuple[int, ...] = (0, 2), at: time = time(8, 30)) -> HuddleSeries:
    return first_huddle(CLINIC, PLAYBOOK, template, days, at, series_id="s1", now=NOW)


def test_steps_know_their_number_and_the_one_before() -> None:
    assert [step.number for step in Step] == [1, 2, 3, 4, 5]
    assert Step.BASICS.before is None
    assert Step.REVIEW.before is Step.HOURS


def test_roster_is_read_by_role_and_duty() -> None:
    members = [
        Member("U1", ("champion", "prescriber"), frozenset({Duty.LEAD, Duty.READS_CONCERNS})),
        Member("U2", ("champion",), frozenset({Duty.READS_CONCERNS, Duty.GETS_DIGEST})),
    ]
    found = team_of(members)
    assert found.roles == {"champion": ("U1", "U2"), "prescriber": ("U1",)}
    assert (found.leads, found.readers, found.digest) == (("U1",), ("U1", "U2"), ("U2",))


def test_gaps_are_the_roles_nobody_has_in_playbook_order() -> None:
    missing = [role.id for role in gaps(WHOLE, PLAYBOOK)]
    assert "champion" not in missing
    assert missing == [role for role in PLAYBOOK.roles if role != "champion"]


@pytest.mark.parametrize(
    ("clinic", "team", "series", "step"),
    [
        (None, Team(), (), Step.BASICS),
        (replace(CLINIC, tracks=()), WHOLE, (), Step.BASICS),
        (replace(CLINIC, channel=""), WHOLE, (), Step.CHANNEL),
        (CLINIC, Team(), (), Step.PEOPLE),
        (CLINIC, replace(WHOLE, readers=("U1",)), (), Step.PEOPLE),
        (CLINIC, WHOLE, (), Step.HOURS),
    ],
)
def test_goes_on_at_the_first_missing_step(
    clinic: Clinic | None, team: Team, series: tuple[HuddleSeries, ...], step: Step
) -> None:
    assert first_missing(clinic, team, series) is step


def test_with_a_huddle_nothing_is_missing() -> None:
    assert first_missing(CLINIC, WHOLE, (huddle(),)) is Step.REVIEW


@pytest.mark.parametrize(
    ("team", "problem"),
    [
        (replace(WHOLE, leads=()), LeadNeeded),
        (replace(WHOLE, readers=()), TwoReadersNeeded),
        (replace(WHOLE, readers=("U1", "U1")), TwoReadersNeeded),
        (replace(WHOLE, digest=()), DigestNeedsSomebody),
        (WHOLE, type(None)),
    ],
)
def test_a_team_needs_a_lead_two_readers_and_a_digest(team: Team, problem: type) -> None:
    assert isinstance(team_problem(team), problem)


@pytest.mark.parametrize(
    ("facts", "role", "problem"),
    [
        (None, "", PersonNotKnownYet),
        (PersonFacts("U1", gone=True), "champion", PersonLeft),
        (PersonFacts("U1", bot=True), "facilitator", BotsHaveNoRole),
        (PersonFacts("U1", guest=True), "", GuestsOnlyFacilitate),
        (PersonFacts("U1", guest=True), "champion", GuestsOnlyFacilitate),
        (PersonFacts("U1", guest=True), "facilitator", type(None)),
        (PersonFacts("U1", outsider=True), "facilitator", type(None)),
        (PersonFacts("U1", outsider=True), "peer", GuestsOnlyFacilitate),
        (PersonFacts("U1"), "", type(None)),
    ],
)
def test_who_may_hold_what(facts: PersonFacts | None, role: str, problem: type) -> None:
    assert isinstance(person_problem(facts, role=role), problem)


@pytest.mark.parametrize(
    ("facts", "holder", "problem"),
    [
        (None, None, ChannelNotFound),
        (ChannelFacts("C1", "team", member=True), replace(CLINIC, id="birch"), ChannelTaken),
        (ChannelFacts("C1", "team", member=True), CLINIC, type(None)),
        (ChannelFacts("C1", "team", member=True, archived=True), None, ChannelArchived),
        (ChannelFacts("C1", "team", member=True, shared=True), None, ChannelShared),
        (ChannelFacts("C1", "team"), None, BotNotInChannel),
        (ChannelFacts("C1", "team", member=True), None, type(None)),
    ],
)
def test_which_channel_can_be_the_teams(facts: ChannelFacts | None, holder: Clinic | None, problem: type) -> None:
    assert isinstance(channel_problem(facts, CLINIC, holder), problem)


def test_a_plan_starts_today_or_later_on_the_clinics_calendar() -> None:
    late_evening = datetime(2027, 1, 7, 3, 0, tzinfo=UTC)  # still the 6th in Chicago
    assert start_problem(date(2027, 1, 6), None, late_evening, "America/Chicago") is None
    assert isinstance(start_problem(date(2027, 1, 5), None, late_evening, "America/Chicago"), DateInThePast)


def test_a_start_that_was_saved_stands() -> None:
    assert start_problem(date(2026, 12, 1), date(2026, 12, 1), NOW, "America/Chicago") is None


def test_first_huddle_has_the_playbooks_length_and_lead() -> None:
    series = huddle(Template.PRE_GROUP)
    assert (series.minutes, series.minutes_before) == (15, 30)
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO,WE"
    assert series.local_start == datetime(2027, 1, 6, 8, 30)


def test_monthly_meeting_comes_on_the_first_such_day_and_takes_one_day() -> None:
    assert huddle(Template.MONTHLY, (2,)).rule == "FREQ=MONTHLY;BYDAY=1WE"
    with pytest.raises(OneDayOnly):
        huddle(Template.MONTHLY, (0, 2))


def test_form_shows_the_days_of_a_series_again() -> None:
    assert days_of(huddle()) == (0, 2)
    assert days_of(huddle(Template.MONTHLY, (3,))) == (3,)
    assert days_of(None) == (0, 1, 2, 3, 4)


def test_huddles_begin_with_the_plan_in_the_clinics_zone() -> None:
    later = replace(CLINIC, start=date(2027, 3, 1), zone="America/Denver")
    moved = begun_with_plan(huddle(), later, NOW)
    assert (moved.local_start, moved.zone) == (datetime(2027, 3, 1, 8, 30), "America/Denver")


def test_what_comes_first_is_in_order_and_in_the_clinics_zone() -> None:
    found = coming(CLINIC, [huddle(days=(4,))], NOW)
    assert [one.kind for one in found] == [
        PostKind.CONCERN_BATCH,
        PostKind.HUDDLE_AGENDA,
        PostKind.DIGEST,
        PostKind.WEEKLY_REMINDER,
        PostKind.SAID_PREVIEW,
    ]
    agenda = found[1]
    assert agenda.at.isoformat() == "2027-01-08T08:20:00-06:00"
    assert (agenda.local, agenda.series, agenda.title) == (datetime(2027, 1, 8, 8, 30), "s1", "Daily clinic huddle")
