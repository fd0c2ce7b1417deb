"""What `/mat status` and Bolt alone cost, each beside its baseline, in one run on one server.

    python -m bench.status [ROUNDS] [SECONDS]

The server has core 0 and the load core 1. Each round takes its baseline along, and the median of the rounds' ratios is printed,
because a machine that does other things too drifts.
"""

from __future__ import annotations

import asyncio
import json
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
        load(server.port, *case, 0.3)
    for _ in range(rounds):
        for case in CASES:
            seen[case].append(load(server.port, *case, seconds))
    return seen


def ratio(seen: Figures, what: str, case: Case, baseline: Case) -> float:
    """The median over the rounds of one figure of a case to that of its baseline."""
    return median(mine[what] / bare[what] for mine, bare in zip(seen[case], seen[baseline], strict=True))


def compare_histories(rounds: int, seconds: float) -> float:
    """How much longer one status takes with ten years of history than with one month's."""
    short, long = Server(1), Server(12 * YEARS)
    try:
        pairs = [[load(server.port, PATH, ONE, seconds)["p50"] for server in (long, short)] for _ in range(rounds)]
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
        rate, p50, p99 = (median(one[what] for one in many) for what in ("rate", "p50", "p99"))
        print(f"{path:13} {connections:3} connections  {rate:7.0f}/s  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")
    framework = ratio(figures, "rate", ("/empty", MANY), ("/bare", MANY))
    whole = ratio(figures, "rate", (PATH, MANY), ("/bare-status", MANY))
    against_stock = ratio(figures, "rate", (PATH, MANY), ("/stock-status", MANY))
    against_default = ratio(figures, "p50", (PATH, ONE), ("/default", ONE))
    history = compare_histories(rounds, seconds)
    print(f"Bolt alone against a bare handler                            {framework:.2f}   (at least 0.35)")
    print(f"/mat status against a bare handler with its queries          {whole:.2f}   (at least 0.80)")
    print(f"/mat status against that with SQLAlchemy as it comes         {against_stock:.2f}")
    print(f"/mat status p50 against an empty default AsyncApp            {against_default:.2f}   (at most 0.25)")
    print(f"/mat status with ten years of history against one month      {history:.2f}   (at most 1.20)")


if __name__ == "__main__":
    main()
