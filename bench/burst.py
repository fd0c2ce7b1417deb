"""Thousands of teams whose huddle begins at the same minute: the bot as it runs, against a Slack on loopback.

    python -m bench.burst [sqlite|postgres] [--teams N] [--workspaces N] [--replicas N] [--a-minute N] [--asking] [--alone]

Every agenda is due at one instant, a little after the start. `--alone` measures slack_sdk alone in a loop, and on Postgres
Procrastinate with one job a message and as many workers as there are replicas, in the same run; `--asking` types `/mat status`
twenty times a second meanwhile; `--a-minute` is what Slack takes from one workspace. Rates are from the first post to the last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.asking import ask
from bench.databases import POSTGRES, SQLITE, open_database
from bench.loopback_slack import HOME
from bench.teams import Teams, fill_teams, fill_workspaces
from bot import database
from store.concerns import concern_url
from tests.fakes.payloads import SIGNING_SECRET

ROOT = Path(__file__).parents[1]
UNTIL_DUE, FILLED_A_SECOND = timedelta(seconds=20), 150
"""When everything is due: after the stores are filled and the bots have started, on a slow machine too."""
LOOK_SECONDS = 1.0
STUCK_SECONDS = 60.0
SDK_POSTS = 6_000
QUEUE = "Procrastinate, one job a message"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Slack:
    """The fake, as its own process."""

    def __init__(self, a_minute: int = 0) -> None:
        words = [sys.executable, "-m", "bench.loopback_slack", str(a_minute)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/api/"

    def forget(self) -> None:
        urllib.request.urlopen(self.url.replace("/api/", "/reset")).close()

    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(self.url.replace("/api/", "/stats")) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


@dataclass
class Replica:
    """One running bot."""

    folder: Path
    number: int
    url: str
    slack: Slack
    port: int = field(default_factory=free_port)

    def start(self, more: dict[str, str]) -> None:
        self._said = self.folder / f"replica-{self.number}.json"
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": "xoxb-home",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": self.slack.url,
            "MAT_TRANSPORT": "http",
            "MAT_DATABASE_URL": self.url,
            "MAT_DATA_DIR": str(self.folder / "data"),
            "MAT_KEY_DIR": str(self.folder / "keys"),
            "MAT_PORT": str(self.port),
            **more,
        }
        words = [sys.executable, "-m", "bench.running_bot", str(self._said)]
        log = (self.folder / f"replica-{self.number}.log").open("wb")
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, cwd=ROOT, env=environment)
        assert self._process.stdout is not None
        if b"is connected" not in self._process.stdout.readline():
            raise SystemExit((self.folder / f"replica-{self.number}.log").read_text()[-3000:])

    def forget(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def cpu_seconds(self) -> float:
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> dict[str, float]:
        self._process.terminate()
        self._process.wait()
        found: dict[str, float] = json.loads(self._said.read_text(encoding="utf-8"))
        return found


def alone(how: str, *words: object, workers: int = 1) -> list[dict[str, float]]:
    """What so many processes of the same kind say, that ran at the same time."""
    command = [sys.executable, "-m", "bench.alone", how, *map(str, words)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(workers)]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit(f"bench.alone {how} failed")
    return [json.loads(line) for line in said]


def until_all_stand(slack: Slack, posts: int, due_at: datetime, seconds: float) -> dict[str, Any]:
    """Waits for every post, or until none has come for a while, or the time is over."""
    seen, seen_at = 0, time.time()
    while True:
        time.sleep(LOOK_SECONDS)
        stats = slack.stats()
        now = time.time()
        if len(stats["taken"]) > seen:
            seen, seen_at = len(stats["taken"]), now
        begun = due_at.timestamp()
        if seen >= posts or now > begun + seconds or (now > begun and now - max(seen_at, begun) > STUCK_SECONDS):
            return stats


@dataclass(frozen=True)
class Burst:
    """What a burst came to. Lags are seconds from the due instant to Slack's answer."""

    taken: list[tuple[float, str]]
    refused: int
    due_at: float
    away: float
    asked: list[float]
    cpu: float

    @property
    def lags(self) -> list[float]:
        return sorted(at - self.due_at for at, _ in self.taken)

    @property
    def rate(self) -> float:
        return (len(self.taken) - 1) / (self.lags[-1] - self.lags[0])

    def lag(self, share: float) -> float:
        return self.lags[min(len(self.lags) - 1, int(len(self.lags) * share))]

    @property
    def twice(self) -> int:
        keys = [key for _, key in self.taken]
        return len(keys) - len(set(keys))


def burst(kind: str, arguments: argparse.Namespace) -> Burst:
    slack = Slack(arguments.a_minute)
    with open_database(kind) as (url, folder):
        (folder / "data").mkdir(mode=0o700)
        database.upgrade(concern_url(url, folder / "data"), database.CONCERNS)
        due_at = (
            datetime.now(UTC).replace(microsecond=0) + UNTIL_DUE + timedelta(seconds=arguments.teams // FILLED_A_SECOND)
        )
        teams = Teams(arguments.teams, arguments.workspaces, due_at, agenda_only=True)
        fill_teams(url, teams)
        fill_workspaces(url, folder / "keys", teams, HOME)
        replicas = [Replica(folder, number, url, slack) for number in range(arguments.replicas)]
        try:
            asked, stats, cpu = lived(replicas, slack, due_at, arguments)
        finally:
            away = max(replica.stop()["away"] for replica in replicas)
            slack.close()
    return Burst(stats["taken"], stats["refused"], due_at.timestamp(), away, asked, cpu)


def lived(
    replicas: Sequence[Replica], slack: Slack, due_at: datetime, arguments: argparse.Namespace
) -> tuple[list[float], dict[str, Any], float]:
    """From the start of the bots to the last post: how long people waited, what Slack saw, and processor seconds since the hour."""
    limits = {"MAT_POSTS_A_MINUTE": str(arguments.a_minute)} if arguments.a_minute else {}
    for replica in replicas:
        replica.start(limits)
    if datetime.now(UTC) > due_at - timedelta(seconds=2):
        raise SystemExit("the start took too long: it was due before")
    for replica in replicas:
        replica.forget()
    time.sleep(max(0.0, due_at.timestamp() - 0.5 - time.time()))
    before = sum(replica.cpu_seconds() for replica in replicas)
    asked = asyncio.run(ask(replicas[0].port, due_at, arguments.asking)) if arguments.asking else []
    stats = until_all_stand(slack, arguments.teams, due_at, arguments.seconds)
    return asked, stats, sum(replica.cpu_seconds() for replica in replicas) - before


@dataclass(frozen=True)
class Baseline:
    """Posts a second, and milliseconds of processor time of all its processes for each."""

    rate: float
    cpu: float


def baselines(kind: str, posts: int, workers: int) -> dict[str, Baseline]:
    """The queue gets as many jobs as there are posts: what it takes to hand out the next grows with how many wait.

    `workers`: as many as there are replicas of the bot.
    """
    slack = Slack()
    try:
        [bare] = alone("sdk", slack.url, SDK_POSTS)
        found = {"slack_sdk alone": Baseline(SDK_POSTS / bare["seconds"], bare["cpu"] / SDK_POSTS * 1e3)}
        if kind == POSTGRES:
            for name, how in ((QUEUE, "queue"), (f"{QUEUE}, kept as the bot does", "outbox")):
                found[name] = queued(slack, how, posts, workers)
        return found
    finally:
        slack.close()


def queued(slack: Slack, how: str, posts: int, workers: int) -> Baseline:
    slack.forget()
    with open_database(POSTGRES) as (url, _):
        alone("fill", posts, url)
        said = alone(how, slack.url, url, workers=workers)
    at = sorted(when for when, _ in slack.stats()["taken"])
    if len(at) != posts:
        raise SystemExit(f"{len(at):,} posts of {posts:,}")
    return Baseline((posts - 1) / (at[-1] - at[0]), sum(one["cpu"] for one in said) / posts * 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", default=SQLITE, choices=[SQLITE, POSTGRES])
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--workspaces", type=int, default=1_000)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--a-minute", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=300, help="give up so long after the hour")
    parser.add_argument("--asking", type=float, default=0, help="for how many seconds /mat status is typed meanwhile")
    parser.add_argument("--alone", action="store_true")
    arguments = parser.parse_args()
    bare = baselines(arguments.database, arguments.teams, arguments.replicas) if arguments.alone else {}
    found = burst(arguments.database, arguments)
    where = f"{arguments.database}, {arguments.replicas} replica(s), {arguments.teams:,} teams in {arguments.workspaces:,} workspaces"
    print(f"{where}: {len(found.taken):,} posts, {found.twice} twice, {found.refused} told to slow down")
    print(
        f"  rate            {found.rate:,.0f}/s   first {found.lags[0]:.2f} s (at most 1)   p99 {found.lag(0.99):.2f} s (at most 8)"
    )
    print(f"  event loop away {found.away * 1e3:.0f} ms (at most 250)")
    cpu = found.cpu / max(1, len(found.taken)) * 1e3
    print(f"  processor       {cpu:.2f} ms a post, planning and all")
    for name, its in bare.items():
        ratio = f"ratio {found.rate / its.rate:.2f}, by processor time {its.cpu / cpu:.2f}"
        print(f"  {name:58} {its.rate:,.0f}/s, {its.cpu:.2f} ms a post   {ratio}")
    if arguments.a_minute:
        minutes = (found.lags[-1] - found.lags[0]) / 60
        allowed = arguments.a_minute * minutes * arguments.workspaces
        share, refused = len(found.taken) / allowed, found.refused / len(found.taken)
        print(f"  of what is allowed {share:.3f} (at least 0.95)   told to slow down {refused:.2%} (at most 0.5%)")
    if found.asked:
        asked = sorted(found.asked)
        print(
            f"  /mat status meanwhile: {len(asked)} answers, p50 {asked[len(asked) // 2] * 1e3:.0f} ms, "
            f"p99 {asked[int(len(asked) * 0.99)] * 1e3:.0f} ms (at most 1,000)"
        )


if __name__ == "__main__":
    main()
