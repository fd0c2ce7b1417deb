"""`python -m bot simulate`: the real planner, courier, keeper and composers, over days that take seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.epilogs import FAULTS
from bot.simulate_command import simulated, tell
from bot.simulation.faults import ALL, Fault, NoSuchFault, faults_from
from bot.simulation.invariants import verdicts
from tests.cli import CommandLine


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def test_a_week_with_every_fault_holds_and_comes_out_the_same_again(call: CommandLine) -> None:
    first = call("simulate", "--days", "8", "--teams", "2", "--seed", "5")
    code, out, err = first
    assert (code, err) == (0, "")
    assert "BROKEN" not in out
    assert out.count("held") == 11
    assert "process killed" in out
    assert call("simulate", "--days", "8", "--teams", "2", "--seed", "5") == first


def test_in_calm_everything_due_is_sent_and_what_is_missing_ends_with_code_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger, simulation = simulated(days=8, teams=1, seed=2, faults=frozenset())
    assert all(verdict.held for verdict in verdicts(ledger))
    assert len(ledger.wanted) > 15
    assert {copy.key for copy in ledger.copies} >= {post.id for post in ledger.posts.values() if post.state == "sent"}
    assert not simulation.slack.faults_met
    assert tell(ledger, simulation) == 0
    capsys.readouterr()
    assert tell(replace(ledger, copies=ledger.copies[1:]), simulation) == 1, (
        "one that is said to be sent stands nowhere"
    )
    assert "BROKEN" in capsys.readouterr().out


def test_faults_are_chosen_by_name() -> None:
    assert faults_from("kill, slow") == {Fault.KILL, Fault.SLOW}
    assert faults_from("all") == ALL
    assert faults_from("none") == frozenset()
    with pytest.raises(NoSuchFault):
        faults_from("kill,fire")


def test_an_unknown_fault_is_said_in_a_sentence(call: CommandLine) -> None:
    code, out, err = call("simulate", "--faults", "fire")
    assert (code, out) == (2, "")
    assert "“fire”" in err


def test_help_explains_every_fault() -> None:
    assert [line.split()[0] for line in FAULTS.splitlines() if line.startswith("  ")] == list(Fault)


@pytest.mark.proof
def test_weeks_of_several_teams_with_every_fault(proof: Callable[[str, object, str], None]) -> None:
    broken, posts, kills = [], 0, 0
    for seed in range(100, 104):
        ledger, simulation = simulated(days=28, teams=3, seed=seed, faults=ALL)
        broken += [(seed, verdict) for verdict in verdicts(ledger) if not verdict.held]
        posts += len(ledger.posts)
        kills += simulation.fuse.kills
    proof(f"invariants broken in {posts:,} simulated posts with every fault and {kills} kills", len(broken), "0")
    assert broken == []
    assert kills > 0
