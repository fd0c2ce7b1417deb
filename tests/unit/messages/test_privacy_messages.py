"""`/mat privacy` in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mat.clinic import Clinic
from messages import privacy as wording
from tests.fakes.slack_limits import message_faults, texts, view_faults

MANIFEST = Path(__file__).parents[3] / "manifest.json"
CLINIC = Clinic(
    "T1", "maple", "Maple <!here>", "America/Chicago", date(2027, 1, 11), ("sixbb",), channel="C1", ready=True
)
MANY = [replace(CLINIC, id=f"c{n}", name=f"Clinic <@U{n}> " + "long " * 12) for n in range(9)]


@pytest.mark.parametrize("clinics", [[], [CLINIC], MANY])
def test_page_holds_slacks_limits(clinics: list[Clinic]) -> None:
    message = wording.privacy(clinics)
    assert message_faults(message.text, message.blocks) == []


def test_a_button_for_each_clinic_this_person_may_delete() -> None:
    assert "mat:privacy:delete" not in str(wording.privacy([]).blocks)
    assert "Delete this clinic" in str(wording.privacy([CLINIC]).blocks)
    assert "in its team's channel" in wording.privacy(MANY).text


def test_every_scope_of_the_manifest_stands_there_with_its_why() -> None:
    scopes = json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]
    # Slack wants an optional scope named in both lists.
    assert {s.name for s in wording.SCOPES} == set(scopes["bot"])
    assert {s.name for s in wording.SCOPES if s.optional} == set(scopes["bot_optional"])
    shown = " ".join(texts(wording.privacy([]).blocks))
    assert all(f"`{s.name}` {s.why}" in shown and s.without in shown for s in wording.SCOPES)


def test_says_that_concerns_hold_no_person() -> None:
    assert "They hold no person, so none can be deleted by person." in wording.privacy([]).text


def test_deleting_a_clinic_takes_its_name() -> None:
    form = wording.delete_form(CLINIC)
    assert view_faults(form) == []
    assert "<!here>" not in form["blocks"][0]["text"]["text"]
    for message in (wording.deleted(CLINIC.name), wording.told_team(CLINIC.name, "U1"), wording.forgotten()):
        assert message_faults(message.text, message.blocks) == []
        assert "<!here>" not in message.text
