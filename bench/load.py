"""A load of signed slash commands over kept-alive connections, from a process and a core of its own.

python -m bench.load PORT PATH CONNECTIONS SECONDS     prints {"rate": …, "p50": …, "p99": …} (answers/s and milliseconds)
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import uvloop

from tests.fakes.payloads import signed_request, slash_command
from tests.fakes.slack_world import TEAM_CHANNEL

CORE = 1
ENOUGH_A_SECOND = 20_000
"""Signed beforehand, so that signing costs nothing while it counts."""


def requests(path: str, seconds: float) -> Iterator[bytes]:
    """No two are equal: the bot answers a request once."""
    made = [request_bytes(path, number) for number in range(int(ENOUGH_A_SECOND * seconds))]
    yield from made
    yield from (request_bytes(path, number) for number in count(len(made)))


def request_bytes(path: str, number: int) -> bytes:
    payload = slash_command("status", channel=TEAM_CHANNEL, trigger=f"1.2.{number}")
    headers, body = signed_request(payload, now=datetime.now(UTC))
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def one_connection(port: int, requests: Iterator[bytes], until: float, seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        request = next(requests)
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"not answered 200: {head[:80]!r}")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        seconds.append(time.perf_counter() - started)
    writer.close()


async def run(port: int, path: str, connections: int, duration: float) -> dict[str, float]:
    seconds: list[float] = []
    ready = requests(path, duration)
    next(ready)  # signs them all
    started = time.perf_counter()
    until = started + duration
    await asyncio.gather(*(one_connection(port, ready, until, seconds) for _ in range(connections)))
    took = time.perf_counter() - started
    ordered = sorted(seconds)
    return {
        "rate": len(ordered) / took,
        "p50": ordered[len(ordered) // 2] * 1e3,
        "p99": ordered[int(len(ordered) * 0.99)] * 1e3,
    }


def main() -> None:
    port, path, connections, duration = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    if CORE in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {CORE})
    print(json.dumps(uvloop.run(run(port, path, connections, duration))))


if __name__ == "__main__":
    main()
