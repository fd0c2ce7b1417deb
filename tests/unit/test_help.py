"""What help tells people to type works."""

from __future__ import annotations

from datetime import date

import pytest

from mat.clinic import Clinic, Pace
from mat.finding import matching
from mat.help import TOPICS
from mat.plan import plan_of
from mat.playbook import load_playbook

PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "c", "Maple", "America/New_York", date(2027, 1, 4), ("sixbb", "moud"), pace=Pace.FULL)


@pytest.mark.parametrize("verb", ["start", "done", "stuck", "drop"])
def test_an_example_names_one_milestone(verb: str) -> None:
    words = TOPICS[verb].example.removeprefix(f"/mat {verb} ").partition(":")[0]
    assert len(matching(plan_of(CLINIC, PLAYBOOK, {}), words)) == 1


def test_the_example_of_status_names_a_building_block() -> None:
    assert PLAYBOOK.find_block(TOPICS["status"].example.removeprefix("/mat status ")) is not None
