"""What was filled in is checked field by field; null keeps what the form was filled with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from commands import setup_reading as reading
from commands.form import Form
from mat.clinic import Clinic, Pace, PersonFacts, Word
from mat.huddles import Template
from mat.playbook import load_playbook
from mat.setup import Team, first_huddle

PLAYBOOK = load_playbook()
NOW = datetime(2027, 1, 6, 15, 0, tzinfo=UTC)
CLINIC = Clinic("T1", "maple", "Maple", "America/Chicago", date(2027, 1, 11), ("sixbb", "moud"), Word.MAT, Pace.LIGHT)
TEAM = Team({"champion": ("U1",), "facilitator": ("U8",)}, ("U1",), ("U1", "U2"), ("U1",))
PEOPLE = {
    "U1": PersonFacts("U1", "Ana"),
    "U2": PersonFacts("U2", "Lee"),
    "U7": PersonFacts("U7", "Robot", bot=True),
    "U8": PersonFacts("U8", "Gil", guest=True),
}
NULLS: dict[str, Any] = {"value": None, "selected_option": None, "selected_options": None, "selected_users": None}


def form(**blocks: Any) -> Form:
    """Fields by block id, each with the key its element answers with."""
    keys = {str: "value", list: "selected_users", date: "selected_date", time: "selected_time"}
    values = {}
    for block, given in blocks.items():
        if isinstance(given, dict):
            values[block] = {f"mat:{block}": given}
        else:
            shown = given.isoformat() if isinstance(given, date | time) else given
            values[block] = {f"mat:{block}": {keys[type(given)]: shown}}
    return Form(values)


def option(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


def options(*values: str) -> dict[str, Any]:
    return {"selected_options": [{"value": v} for v in values]}


ALL_NULL = Form(
    {
        name: {f"mat:{name}": NULLS | {"selected_date": None, "selected_time": None, "selected_conversation": None}}
        for name in (
            *("name", "word", "tracks", "pace", "start", "zone", "zone_other", "channel", "leads", "readers", "digest"),
            *("digest_at", "concerns_at", "template", "days", "time", "role-champion", "role-facilitator"),
        )
    }
)


def test_nulls_keep_everything_that_was_shown() -> None:
    assert reading.basics(ALL_NULL, CLINIC, PLAYBOOK, now=NOW, is_new=False) == (CLINIC, {})
    assert reading.roles(ALL_NULL, TEAM, PLAYBOOK, PEOPLE.get) == (TEAM, {})
    assert reading.recipients(ALL_NULL, TEAM, PEOPLE.get) == (TEAM, {})
    assert reading.hours(ALL_NULL, CLINIC) == CLINIC
    assert reading.channel(ALL_NULL, "C1") == ("C1", {})
    shown = first_huddle(CLINIC, PLAYBOOK, Template.PRE_GROUP, (1,), time(7, 45), series_id="s1", now=NOW)
    assert reading.huddle(ALL_NULL, CLINIC, shown, PLAYBOOK, new_id="s2", now=NOW) == (shown, {})


def test_basics_are_read_from_every_field() -> None:
    given = form(
        name="  Maple   Street ",
        word=option("MOUD"),
        tracks=options("moud"),
        pace=option("full"),
        start=date(2027, 2, 1),
        zone=option("America/Denver"),
    )
    clinic, errors = reading.basics(given, CLINIC, PLAYBOOK, now=NOW, is_new=True)
    assert errors == {}
    assert clinic == replace(
        CLINIC,
        name="Maple Street",
        word=Word.MOUD,
        tracks=("moud",),
        pace=Pace.FULL,
        start=date(2027, 2, 1),
        zone="America/Denver",
    )


@pytest.mark.parametrize(
    ("fields", "block", "says"),
    [
        ({"name": "   "}, "name", "Please give your clinic a name."),
        ({"name": "x" * 40_000}, "name", "40,000 characters"),
        ({"name": "Ana, born 6/14/1971"}, "name", "patient"),
        ({"tracks": options()}, "tracks", "at least one program"),
        ({"start": date(2027, 1, 5)}, "start", "January 5, 2027 is in the past"),
        ({"zone_other": "Mars/Olympus"}, "zone_other", "“Mars/Olympus”"),
        ({"zone": option("Nowhere")}, "zone", "“Nowhere”"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(fields: dict[str, Any], block: str, says: str) -> None:
    blank = replace(CLINIC, name="")
    _, errors = reading.basics(form(**({"name": "Maple"} | fields)), blank, PLAYBOOK, now=NOW, is_new=True)
    assert list(errors) == [block]
    assert says in errors[block]


def test_forged_choices_keep_what_was_shown() -> None:
    given = form(word=option("methadone"), pace=option("sprint"), tracks=options("sixbb", "made-up"))
    clinic, errors = reading.basics(given, CLINIC, PLAYBOOK, now=NOW, is_new=False)
    assert (clinic.word, clinic.pace, clinic.tracks, errors) == (Word.MAT, Pace.LIGHT, ("sixbb",), {})


def test_a_typed_zone_counts_more_than_the_list() -> None:
    given = form(zone=option("America/Denver"), zone_other="boise")
    clinic, _ = reading.basics(given, CLINIC, PLAYBOOK, now=NOW, is_new=False)
    assert clinic.zone == "America/Boise"


def test_roles_can_be_emptied_and_leads_can_not() -> None:
    team, errors = reading.roles(form(leads=["U2"], **{"role-champion": []}), TEAM, PLAYBOOK, PEOPLE.get)
    assert (team.leads, team.roles, errors) == (("U2",), {"facilitator": ("U8",)}, {})
    _, errors = reading.roles(form(leads=[]), TEAM, PLAYBOOK, PEOPLE.get)
    assert errors == {"leads": "Please choose at least one lead."}


@pytest.mark.parametrize(
    ("user", "says"), [("U7", "Robot is an app"), ("U8", "Gil is a guest"), ("U9", "I am still asking Slack")]
)
def test_only_full_members_hold_roles_and_duties(user: str, says: str) -> None:
    _, errors = reading.roles(form(leads=[user], **{"role-peer": [user]}), TEAM, PLAYBOOK, PEOPLE.get)
    assert says in errors["leads"]
    assert says in errors["role-peer"]
    _, errors = reading.recipients(form(readers=["U1", user], digest=[user]), TEAM, PEOPLE.get)
    assert says in errors["readers"]
    assert says in errors["digest"]


def test_one_reader_is_refused() -> None:
    _, errors = reading.recipients(form(readers=["U1"], digest=[]), TEAM, PEOPLE.get)
    assert "at least two people who read concerns" in errors["readers"]
    assert "at least one person who gets the digest" in errors["digest"]


def test_not_now_is_no_huddle() -> None:
    assert reading.huddle(form(template=option("not-now")), CLINIC, None, PLAYBOOK, new_id="s1", now=NOW) == (None, {})


def test_a_huddle_needs_a_day_and_the_monthly_one_just_one() -> None:
    _, errors = reading.huddle(form(days=options()), CLINIC, None, PLAYBOOK, new_id="s1", now=NOW)
    assert errors == {"days": "Please choose at least one day."}
    monthly = form(template=option("improvement-team-monthly"), days=options("0", "3"))
    _, errors = reading.huddle(monthly, CLINIC, None, PLAYBOOK, new_id="s1", now=NOW)
    assert "exactly one day" in errors["days"]


def test_a_huddle_keeps_its_id_when_it_is_changed() -> None:
    shown = first_huddle(CLINIC, PLAYBOOK, Template.DAILY, (0,), time(8, 0), series_id="s1", now=NOW)
    given = form(days=options("4"), time=time(9, 15))
    series, _ = reading.huddle(given, CLINIC, shown, PLAYBOOK, new_id="s2", now=NOW)
    assert series is not None
    assert (series.id, series.rule, series.local_start.time()) == ("s1", "FREQ=WEEKLY;BYDAY=FR", time(9, 15))
