"""How much the guard finds, on sentences written before its rules, half of them held out: goals of `docs/privacy.md`."""

from __future__ import annotations

import pytest

from mat.patient_detail import Decision, examine
from tests.guard_sentences import EVASIONS, HALVES, harmless, identifying
from tests.proof_table import Proof

LEAST = {"clean": 0.95, "evaded": 0.85, "soft": 0.6}
MOST_BLOCKED, MOST_STOPPED = 0.03, 0.12


def found(half: str, way: str) -> float:
    """The share of these sentences that is found: hard ones must block, soft ones may warn."""
    said = [one for one in identifying(half) if one.way == way]
    verdicts = [examine(one.text).verdict for one in said]
    return sum(v is Decision.BLOCK or (way == "soft" and v is Decision.WARN) for v in verdicts) / len(said)


def false_alarms(half: str) -> tuple[float, float]:
    """The shares of the harmless sentences that are blocked, and blocked or warned about."""
    verdicts = [examine(text).verdict for text in harmless(half)]
    stopped = [verdict for verdict in verdicts if verdict is not Decision.OK]
    return stopped.count(Decision.BLOCK) / len(verdicts), len(stopped) / len(verdicts)


def test_there_are_more_than_300_of_each() -> None:
    assert sum(len(identifying(half)) for half in HALVES) >= 300
    assert sum(len(harmless(half)) for half in HALVES) >= 300
    every = [one.text for half in HALVES for one in identifying(half)] + [t for half in HALVES for t in harmless(half)]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("way", LEAST)
def test_what_points_to_a_patient_is_found(half: str, way: str) -> None:
    assert found(half, way) >= LEAST[way]


@pytest.mark.parametrize("half", HALVES)
def test_what_staff_write_passes(half: str) -> None:
    blocked, stopped = false_alarms(half)
    assert blocked <= MOST_BLOCKED
    assert stopped <= MOST_STOPPED


@pytest.mark.parametrize("how", EVASIONS)
def test_hiding_a_number_does_not_help(how: str) -> None:
    """Every clean sentence of both halves, hidden in each way that a machine can do."""
    hidden = [EVASIONS[how](one.text) for half in HALVES for one in identifying(half) if one.way == "clean"]
    blocked = [examine(text).verdict is Decision.BLOCK for text in hidden]
    assert sum(blocked) / len(blocked) >= LEAST["evaded"]


@pytest.mark.proof
@pytest.mark.parametrize("half", HALVES)
def test_recall_and_false_alarms(half: str, proof: Proof) -> None:
    for way, least in LEAST.items():
        proof(f"guard, {half}: {way} sentences found", f"{found(half, way):.3f}", f">= {least}")
        assert found(half, way) >= least
    blocked, stopped = false_alarms(half)
    proof(f"guard, {half}: harmless sentences blocked", f"{blocked:.3f}", f"<= {MOST_BLOCKED}")
    proof(f"guard, {half}: harmless sentences blocked or warned", f"{stopped:.3f}", f"<= {MOST_STOPPED}")
    assert (blocked <= MOST_BLOCKED, stopped <= MOST_STOPPED) == (True, True)
