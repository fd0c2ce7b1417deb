"""`simulate`: a programme of made-up teams over days or years, in minutes, with everything that can go wrong.

Nothing of it leaves this process but two stores in a temporary folder, which go with it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.simulation.faults import Fault, faults_from
from bot.simulation.invariants import Verdict, verdicts
from bot.simulation.records import Ledger
from bot.simulation.run import Simulation
from bot.stores import make_new
from mat.delivery import OccurrenceState, PostState

BROKEN = 1


def simulate(*, days: int, teams: int, seed: int, faults: str) -> int:
    """Prints counts and verdicts; 1 where an invariant is broken. The same arguments print the same. Raises `NoSuchFault`."""
    return tell(*simulated(days=days, teams=teams, seed=seed, faults=faults_from(faults)))


def tell(ledger: Ledger, simulation: Simulation) -> int:
    """Prints the report and gives the exit code."""
    judged = verdicts(ledger)
    sys.stdout.writelines(f"{line}\n" for line in report(simulation, ledger, judged))
    return 0 if all(verdict.held for verdict in judged) else BROKEN


def simulated(*, days: int, teams: int, seed: int, faults: frozenset[Fault]) -> tuple[Ledger, Simulation]:
    """Runs it on stores of its own."""
    # Thousands of faults are meant here; the log of a running bot would say each of them.
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory(prefix="matbot-simulation-") as folder:
            settings = _settings(Path(folder))
            make_new(settings)
            simulation = Simulation(settings, days, teams, seed, faults)
            return asyncio.run(simulation.run()), simulation
    finally:
        logging.disable(logging.NOTSET)


def _settings(folder: Path) -> Settings:
    """None of them from the environment: a simulation must never touch real records."""
    given: dict[str, Any] = {
        "_env_file": None,
        "MAT_DATA_DIR": folder / "data",
        "MAT_KEY_DIR": folder / "keys",
        "MAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'matbot.db'}",
    }
    return Settings(**given)


def report(simulation: Simulation, ledger: Ledger, judged: tuple[Verdict, ...]) -> Iterator[str]:
    """The lines: what was run, what came of it, what went wrong, and the verdicts."""
    faults = ", ".join(sorted(simulation.faults)) or "none"
    yield f"{simulation.days} days, {simulation.count} teams, seed {simulation.seed}, faults: {faults}"
    yield ""
    for words, count in counts(simulation, ledger).items():
        yield f"{words:32}{count:>9,}"
    yield ""
    for verdict in judged:
        yield f"{verdict.invariant:54}{verdict.broken:>9,}  {'held' if verdict.held else 'BROKEN'}"
        yield from (f"    {case}" for case in verdict.cases)


def counts(simulation: Simulation, ledger: Ledger) -> dict[str, int]:
    """How much of what. Skipped occurrences and posts are given by their reasons' first words."""
    skipped = Counter(
        occurrence.reason.split(":")[0]
        for occurrence in ledger.occurrences
        if occurrence.state is OccurrenceState.SKIPPED
    )
    posts = {id_: post for id_, post in ledger.posts.items() if post.due_at <= ledger.until}
    copies = [copy for copy in ledger.copies if copy.key in posts]
    states = Counter(post.state for post in posts.values())
    return {
        "occurrences due": len(ledger.wanted),
        **{f"  skipped, {reason}": count for reason, count in sorted(skipped.items())},
        "posts": states.total(),
        **{f"  {state.value}": states[state] for state in PostState if states[state]},
        "messages in Slack": len(copies),
        "repeats marked": sum(copy.marked for copy in copies),
        "answers lost": sum(ledger.unknown.values()),
        **{f"calls that met {name}": count for name, count in sorted(simulation.slack.faults_met.items())},
        "process killed": simulation.fuse.kills,
        "“You said, we did” said yes to": len(ledger.approved),
        "turns": len(ledger.turns),
    }
