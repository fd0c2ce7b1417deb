"""The screens of set-up hold Slack's limits, escape what people wrote, and say every time with its zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from mat.clinic import Clinic, Word
from mat.huddles import Template
from mat.message import View
from mat.plan import plan_of
from mat.playbook import load_playbook
from mat.setup import Team, coming, first_huddle
from messages import setup as wording
from messages import setup_review as review
from messages.setup_review import SetupReport
from tests.fakes.slack_limits import message_faults, texts, view_faults

PLAYBOOK = load_playbook()
NOW = datetime(2027, 1, 6, 15, 0, tzinfo=UTC)
CLINIC = Clinic("T1", "maple", "Maple", "America/Chicago", date(2027, 1, 11), ("sixbb", "moud"), channel="C1")
HOSTILE = replace(CLINIC, name="<!channel> & <@U1> " + "عيادة" * 8)
CROWD = tuple(f"U{n:09}" for n in range(90))
BIG = Team(dict.fromkeys(PLAYBOOK.roles, CROWD), CROWD, CROWD, CROWD)
SMALL = Team({"champion": ("U1",)}, ("U1",), ("U1", "U2"), ("U1",))
SERIES = first_huddle(CLINIC, PLAYBOOK, Template.DAILY, (0, 2), time(8, 30), series_id="s1", now=NOW)


def report(clinic: Clinic = CLINIC, team: Team = SMALL, *, huddles: bool = True) -> SetupReport:
    series = (SERIES,) if huddles else ()
    plan = plan_of(clinic, PLAYBOOK, {})
    return SetupReport(clinic, PLAYBOOK, team, series, plan, coming(clinic, series, NOW))


def screens(clinic: Clinic, team: Team) -> list[View]:
    return [
        wording.basics(clinic, PLAYBOOK, "Europe/London", resumed=True),
        wording.channel(clinic, problem="<!channel> is archived"),
        wording.people(clinic, team, PLAYBOOK),
        wording.hours(clinic, SERIES),
        wording.hours(clinic, None),
        wording.review(report(clinic, team)),
        wording.checking("Set up a clinic (2/5)"),
    ]


@pytest.mark.parametrize("clinic", [CLINIC, HOSTILE, replace(CLINIC, name="")])
@pytest.mark.parametrize("team", [SMALL, BIG, Team()])
def test_every_screen_holds_slacks_limits(clinic: Clinic, team: Team) -> None:
    for view in screens(clinic, team):
        assert view_faults(view) == []


def test_what_people_wrote_is_never_markup() -> None:
    for view in screens(HOSTILE, SMALL):
        marked = [t for b in view["blocks"] if b["type"] in {"section", "context"} for t in texts(b)]
        assert not [t for t in marked if "<!channel>" in t]


def test_first_screen_offers_the_persons_own_zone_first() -> None:
    view = wording.basics(CLINIC, PLAYBOOK, "Europe/London")
    zone = next(b for b in view["blocks"] if b.get("block_id") == "zone")["element"]
    assert zone["options"][0]["value"] == "Europe/London"
    assert zone["initial_option"]["value"] == "America/Chicago"


def test_programs_are_named_in_the_clinics_word() -> None:
    view = wording.basics(replace(CLINIC, word=Word.MAT), PLAYBOOK, "")
    tracks = next(b for b in view["blocks"] if b.get("block_id") == "tracks")["element"]["options"]
    assert [t["text"]["text"] for t in tracks] == ["Six Building Blocks", "MAT start-up"]


def test_people_channel_and_times_have_the_pickers_slack_users_expect() -> None:
    shown = {
        b["block_id"]: b["element"]["type"]
        for view in screens(CLINIC, SMALL)
        for b in view["blocks"]
        if b["type"] == "input"
    }
    assert shown["channel"] == "conversations_select"
    assert {shown[f"role-{role}"] for role in PLAYBOOK.roles} == {"multi_users_select"}
    assert {shown[name] for name in ("leads", "readers", "digest")} == {"multi_users_select"}
    assert {shown[name] for name in ("digest_at", "concerns_at", "time")} == {"timepicker"}
    assert shown["start"] == "datepicker"


def test_every_screen_but_the_first_goes_back() -> None:
    first, *others = screens(CLINIC, SMALL)[:6]
    assert "mat:setup:back" not in str(first)
    assert all("mat:setup:back" in str(view) for view in others)


def test_review_says_everything_with_its_zone() -> None:
    shown = " ".join(texts(wording.review(report())["blocks"]))
    assert "Mon, January 11, 2027" in shown
    assert "Mon and Wed at 8:30 AM Central time (Chicago), agenda 10 minutes before" in shown
    assert "Mon, January 11, 9:00 AM CST: what is due and what is late" in shown
    assert "Nobody yet: Executive sponsor; Clinical lead" in shown
    assert "<@U1>, <@U2>" in shown


def test_the_two_programs_are_never_one_number() -> None:
    line = review.plan_line(report())
    assert "Six Building Blocks: " in line
    assert "MOUD start-up: " in line
    both = len(report().plan)
    assert f"{both} milestones" not in line


@pytest.mark.parametrize("team", [SMALL, BIG])
@pytest.mark.parametrize("huddles", [True, False])
def test_what_is_posted_and_answered_holds_slacks_limits(team: Team, huddles: bool) -> None:
    made = report(HOSTILE, team, huddles=huddles)
    for message in (
        review.plan_summary(made),
        review.created(made),
        review.created(made, posted=False, why=review.why_not_posted("not_in_channel")),
    ):
        assert message_faults(message.text, message.blocks) == []
        assert "<!channel>" not in message.text


def test_team_hears_of_its_posts_and_not_of_the_leaders() -> None:
    summary = " ".join(texts(review.plan_summary(report()).blocks))
    assert "the agenda of “Daily clinic huddle”" in summary
    assert "the digest, to" not in summary


def test_choosing_shows_unfinished_clinics_and_names_the_others() -> None:
    half = replace(HOSTILE, id="half")
    done = replace(CLINIC, ready=True)
    message = wording.choose([half, done])
    assert message_faults(message.text, message.blocks) == []
    assert "Set up already: Maple" in message.text
    assert "mat:setup:continue#0" in str(message.blocks)
    assert "<!channel>" not in message.text


@pytest.mark.parametrize(
    ("minutes", "words"), [(10, "10 minutes"), (1, "1 minute"), (60, "1 hour"), (2880, "2 days"), (90, "90 minutes")]
)
def test_lead_times_in_words(minutes: int, words: str) -> None:
    assert review.before(minutes) == words
