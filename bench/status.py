"""What `/mat status` and Bolt alone cost, each beside its baseline, in one run on one server.

    python -m bench.status [ROUNDS] [SECONDS]

The server has core 0 and the load core 1. Each round takes its baseline along, and the median of the rounds' ratios is printed,
because a machine that does other things too drifts. Where it does, the ratios of the server's own processor time say more than
those of answers a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.stores import fill
from bot.web_events import PATH

MANY, ONE = 32, 1
YEARS = 10
CASES = (
    *(("/bare", MANY), ("/empty", MANY), ("/bare-status", MANY), (PATH, MANY), ("/stock-status", MANY)),
    *(("/default", ONE), (PATH, ONE)),
)
Case = tuple[str, int]
Figures = dict[Case, list[dict[str, float]]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(port: int, path: str, connections: int, seconds: float) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.load", str(port), path, str(connections), str(seconds)]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(said)
    return figures


class Server:
    def __init__(self, months: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        asyncio.run(fill(Path(self.folder.name), months=months))
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, "-m", "bench.server", str(self.port), self.folder.name])
        self.wait()

    def load(self, path: str, connections: int, seconds: float) -> dict[str, float]:
        """What the load saw, and `cpu`: milliseconds of the server's processor time an answer."""
        before = self.cpu_seconds()
        seen = load(self.port, path, connections, seconds)
        return seen | {"cpu": (self.cpu_seconds() - before) / seen["answers"] * 1e3}

    def cpu_seconds(self) -> float:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def wait(self) -> None:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def measure(server: Server, rounds: int, seconds: float) -> Figures:
    """All rounds of each case, in order."""
    seen: Figures = {case: [] for case in CASES}
    for case in CASES:
        server.load(*case, 0.3)
    for _ in range(rounds):
        for case in CASES:
            seen[case].append(server.load(*case, seconds))
    return seen


def ratio(seen: Figures, what: str, case: Case, baseline: Case) -> float:
    """The median over the rounds of one figure of a case to that of its baseline."""
    return median(mine[what] / bare[what] for mine, bare in zip(seen[case], seen[baseline], strict=True))


def compare_histories(rounds: int, seconds: float) -> float:
    """How much longer one status takes with ten years of history than with one month's."""
    short, long = Server(1), Server(12 * YEARS)
    try:
        pairs = [[server.load(PATH, ONE, seconds)["p50"] for server in (long, short)] for _ in range(rounds)]
        return median(with_long / with_short for with_long, with_short in pairs)
    finally:
        short.stop()
        long.stop()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    server = Server(1)
    try:
        figures = measure(server, rounds, seconds)
    finally:
        server.stop()
    for (path, connections), many in figures.items():
        rate, p50, p99, cpu = (median(one[what] for one in many) for what in ("rate", "p50", "p99", "cpu"))
        print(
            f"{path:13} {connections:3} connections {rate:6.0f}/s  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  cpu {cpu:5.2f} ms"
        )
    for words, case, baseline, goal in (
        ("Bolt alone against a bare handler", ("/empty", MANY), ("/bare", MANY), "   (at least 0.35)"),
        (
            "/mat status against a bare handler with its queries",
            (PATH, MANY),
            ("/bare-status", MANY),
            "   (at least 0.80)",
        ),
        ("/mat status against that with SQLAlchemy as it comes", (PATH, MANY), ("/stock-status", MANY), ""),
    ):
        by_rate, by_cpu = ratio(figures, "rate", case, baseline), 1 / ratio(figures, "cpu", case, baseline)
        print(f"{words:56}  {by_rate:.2f}{goal}   by processor time {by_cpu:.2f}")
    against_default = ratio(figures, "p50", (PATH, ONE), ("/default", ONE))
    print(f"/mat status p50 against an empty default AsyncApp         {against_default:.2f}   (at most 0.25)")
    history = compare_histories(rounds, seconds)
    print(f"/mat status with ten years of history against one month   {history:.2f}   (at most 1.20)")


if __name__ == "__main__":
    main()
