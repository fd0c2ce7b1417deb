"""How much the guard finds: on sentences written before its rules, half of them held out, and on those of outsiders.

`docs/decisions/0022-the-guard-asks-at-the-door.md` says what it found of these at first sight.
"""

from __future__ import annotations

import pytest

from mat.patient_detail import Decision, examine
from tests.guard_sentences import EVASIONS, HALVES, SETS, harmless, identifying
from tests.proof_table import Proof

LEAST = {"clean": 0.95, "evaded": 0.85, "soft": 0.6}
MOST_BLOCKED, MOST_STOPPED = 0.03, 0.12


def found(name: str, way: str) -> float:
    """The share of these sentences that is found: hard ones must block, soft ones may warn."""
    said = [one for one in identifying(name) if one.way == way]
    verdicts = [examine(one.text).verdict for one in said]
    return sum(v is Decision.BLOCK or (way == "soft" and v is Decision.WARN) for v in verdicts) / len(said)


def false_alarms(name: str) -> tuple[float, float]:
    """The shares of the harmless sentences that are blocked, and blocked or warned about."""
    verdicts = [examine(text).verdict for text in harmless(name)]
    stopped = [verdict for verdict in verdicts if verdict is not Decision.OK]
    return stopped.count(Decision.BLOCK) / len(verdicts), len(stopped) / len(verdicts)


def test_there_are_more_than_300_of_each() -> None:
    assert sum(len(identifying(half)) for half in HALVES) >= 300
    assert sum(len(harmless(half)) for half in HALVES) >= 300
    every = [one.text for name in SETS for one in identifying(name)] + [t for name in SETS for t in harmless(name)]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("way", LEAST)
def test_what_points_to_a_patient_is_found(name: str, way: str) -> None:
    assert found(name, way) >= LEAST[way]


@pytest.mark.parametrize("name", SETS)
def test_what_staff_write_passes(name: str) -> None:
    blocked, stopped = false_alarms(name)
    assert blocked <= MOST_BLOCKED
    assert stopped <= MOST_STOPPED


@pytest.mark.parametrize("how", EVASIONS)
def test_hiding_a_number_does_not_help(how: str) -> None:
    """Every clean sentence of both halves, hidden in each way that a machine can do."""
    hidden = [EVASIONS[how](one.text) for half in HALVES for one in identifying(half) if one.way == "clean"]
    blocked = [examine(text).verdict is Decision.BLOCK for text in hidden]
    assert sum(blocked) / len(blocked) >= LEAST["evaded"]


@pytest.mark.proof
@pytest.mark.parametrize("name", SETS)
def test_recall_and_false_alarms(name: str, proof: Proof) -> None:
    for way, least in LEAST.items():
        proof(f"guard, {name}: {way} sentences found", f"{found(name, way):.3f}", f">= {least}")
        assert found(name, way) >= least
    blocked, stopped = false_alarms(name)
    proof(f"guard, {name}: harmless sentences blocked", f"{blocked:.3f}", f"<= {MOST_BLOCKED}")
    proof(f"guard, {name}: harmless sentences blocked or warned", f"{stopped:.3f}", f"<= {MOST_STOPPED}")
    assert (blocked <= MOST_BLOCKED, stopped <= MOST_STOPPED) == (True, True)
