"""`/mat team` in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mat.clinic import Clinic
from mat.huddles import HuddleSeries, Template
from mat.playbook import load_playbook
from mat.rhythm import WORKING_DAYS, Weekly, rule_of
from mat.setup import Team, coming
from messages import team as wording
from messages.team import TeamReport
from tests.fakes.slack_limits import message_faults, texts, view_faults

PLAYBOOK = load_playbook()
CLINIC = Clinic(
    "T1", "maple", "Maple <!here>", "America/Chicago", date(2027, 1, 11), ("sixbb",), channel="C1", ready=True
)
CROWD = tuple(f"U{n:09}" for n in range(90))
BIG = Team(dict.fromkeys(PLAYBOOK.roles, CROWD), CROWD, CROWD, CROWD)
SMALL = Team({"champion": ("U1",)}, ("U1",), ("U1", "U2"), ("U3",))


@pytest.mark.parametrize("team", [SMALL, BIG, Team()])
@pytest.mark.parametrize("may_change", [True, False])
def test_roster_holds_slacks_limits(team: Team, may_change: bool) -> None:
    message = wording.roster(TeamReport(CLINIC, PLAYBOOK, team), may_change=may_change)
    assert message_faults(message.text, message.blocks) == []
    assert "<!here>" not in message.text
    assert ("mat:team:roles" in str(message.blocks)) is may_change


def test_gaps_come_first() -> None:
    message = wording.roster(TeamReport(CLINIC, PLAYBOOK, SMALL), may_change=False)
    shown = list(texts(message.blocks[1:]))
    assert shown[0].startswith("Nobody yet: Executive sponsor")
    assert shown[1] == "*Clinical champion*: <@U1>."
    assert "*Digest*: Mondays at 8:00 AM Central time (Chicago)." in shown[3]


def test_too_few_readers_and_no_lead_are_said() -> None:
    message = wording.roster(TeamReport(CLINIC, PLAYBOOK, Team(readers=("U1",))), may_change=False)
    assert "At least two people should read concerns" in message.text
    assert "a workspace admin can choose one" in message.text


@pytest.mark.parametrize("team", [SMALL, BIG, Team()])
def test_forms_hold_slacks_limits(team: Team) -> None:
    forms = [
        wording.roles_form(CLINIC, team, PLAYBOOK),
        wording.recipients_form(CLINIC, team),
        wording.channel_form(CLINIC, problem="#old-team is archived"),
        wording.hours_form(CLINIC),
        wording.zone_form(CLINIC, ""),
    ]
    assert [view_faults(form) for form in forms] == [[]] * len(forms)


def test_answers_and_notices_hold_slacks_limits() -> None:
    next_posts = coming(CLINIC, [], datetime(2027, 1, 6, 15, 0, tzinfo=UTC))
    for message in (
        wording.saved_roles(TeamReport(CLINIC, PLAYBOOK, BIG)),
        wording.saved_recipients(BIG, told=True),
        wording.saved_channel(CLINIC),
        wording.saved_times(next_posts),
    ):
        assert message_faults(message.text, message.blocks) == []


def test_everything_that_comes_next_has_a_name() -> None:
    series = HuddleSeries(
        id="h" * 32,
        template=Template.DAILY,
        title="Daily <huddle>",
        rule=rule_of(Weekly(WORKING_DAYS)),
        local_start=datetime(2027, 1, 4, 9, 0),
        zone=CLINIC.zone,
        minutes=10,
        minutes_before=10,
    )
    said = wording.saved_times(coming(CLINIC, [series], datetime(2027, 1, 6, 15, 0, tzinfo=UTC))).text
    assert "“You said, we did”, for the readers to look at" in said
    assert "agenda of “Daily &lt;huddle&gt;”" in said
    assert "“”" not in said


def test_staff_are_told_who_reads_concerns_now() -> None:
    assert wording.readers_now(CLINIC, ("U1", "U2")).endswith("From now on: <@U1>, <@U2>.")
    assert "at least two" in wording.readers_now(replace(CLINIC, name="<!channel>"), ("U1",))
    assert "<!channel>" not in wording.readers_now(replace(CLINIC, name="<!channel>"), ("U1",))
