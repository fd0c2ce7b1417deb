"""A bot with 100,000 schedules beside one with 1,000: its start, its memory and what it does while nothing is due.

    python -m bench.schedules [sqlite|postgres] [--schedules N] [--idle SECONDS]

Everything is due tomorrow. The start is from the call of the program until it is connected, the median of three; idle counts from
when the keeper's first round is over, which itself is measured too. Memory is the peak of the process. Last comes what the hourly
rounds take with as many schedules: `bench.audit`.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import audit
from bench.burst import Replica, Slack
from bench.databases import POSTGRES, SQLITE, open_database
from bench.loopback_slack import HOME
from bench.teams import Teams, fill_teams, fill_workspaces
from bot import database
from store.concerns import concern_url

SMALL = 1_000
SCHEDULES_OF_A_TEAM = 6
ROUNDS = 3
QUIET_SHARE, LOOK_SECONDS, MOST_LOOKS = 0.04, 3.0, 60
WORKSPACES = 10
MEGABYTE = 1 << 20


def settle(replica: Replica) -> float:
    """Waits until the first round is over; the processor seconds since the start."""
    before = replica.cpu_seconds()
    for _ in range(MOST_LOOKS):
        time.sleep(LOOK_SECONDS)
        now = replica.cpu_seconds()
        if now - before < QUIET_SHARE * LOOK_SECONDS:
            return now
        before = now
    return before


def measured(kind: str, schedules: int, idle: float) -> dict[str, float]:
    slack = Slack()
    with open_database(kind) as (url, folder):
        (folder / "data").mkdir(mode=0o700)
        database.upgrade(concern_url(url, folder / "data"), database.CONCERNS)
        tomorrow = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(days=1)
        teams = Teams(schedules // SCHEDULES_OF_A_TEAM, WORKSPACES, tomorrow, agenda_only=True)
        stored = fill_teams(url, teams)
        fill_workspaces(url, folder / "keys", teams, HOME)
        starts = []
        for number in range(ROUNDS):
            replica = Replica(folder, number, url, slack)
            began = time.perf_counter()
            replica.start({})
            starts.append(time.perf_counter() - began)
            if number < ROUNDS - 1:
                replica.stop()
        first_round = settle(replica)
        before, began = replica.cpu_seconds(), time.perf_counter()
        time.sleep(idle)
        share = (replica.cpu_seconds() - before) / (time.perf_counter() - began)
        seen = replica.stop()
    slack.close()
    return {"stored": stored, "start": median(starts), "first": first_round, "idle": share, **seen}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", default=SQLITE, choices=[SQLITE, POSTGRES])
    parser.add_argument("--schedules", type=int, default=100_000)
    parser.add_argument("--idle", type=float, default=20)
    arguments = parser.parse_args()
    few, many = (measured(arguments.database, number, arguments.idle) for number in (SMALL, arguments.schedules))
    for found in (few, many):
        print(
            f"{arguments.database} with {found['stored']:,.0f} schedules: start {found['start']:.2f} s, processor until the first "
            f"round is over {found['first']:.1f} s, peak {found['peak'] / MEGABYTE:.0f} MB, idle {found['idle']:.1%} of a processor, "
            f"event loop away {found['away'] * 1e3:.0f} ms"
        )
    print(
        f"start to that with few {many['start'] / few['start']:.2f} (at most 1.3)   idle at most 2 %, peak at most 120 MB"
    )
    audit.measure(arguments.database, arguments.schedules)


if __name__ == "__main__":
    main()
