"""A load of signed slash commands over kept-alive connections, from a process and a core of its own.

python -m bench.load PORT PATH CONNECTIONS SECONDS     prints {"answers": …, "rate": …, "p50": …, "p99": …} (/s, ms)
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import uvloop

from tests.fakes.payloads import SIGNING_SECRET, signed_request, slash_command
from tests.fakes.slack_world import TEAM_CHANNEL

CORE = 1


def requests(path: str) -> Iterator[bytes]:
    """Signed requests without end, no two of them alike: the bot answers none twice."""
    headers, body = signed_request(
        slash_command("status", channel=TEAM_CHANNEL, trigger="1.2.3"), now=datetime.now(UTC)
    )
    stamp = headers["X-Slack-Request-Timestamp"]
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {headers['Content-Type']}\r\n"
    secret = SIGNING_SECRET.encode()
    for number in count():
        signed = body + b"&n=%d" % number
        signature = hmac.digest(secret, b"v0:%b:%b" % (stamp.encode(), signed), "sha256").hex()
        last = (
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\nContent-Length: {len(signed)}"
        )
        yield f"{head}{last}\r\n\r\n".encode() + signed


async def one_connection(port: int, every: Iterator[bytes], until: float, seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        request = next(every)
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
    every, seconds = requests(path), list[float]()
    started = time.perf_counter()
    until = started + duration
    await asyncio.gather(*(one_connection(port, every, until, seconds) for _ in range(connections)))
    took = time.perf_counter() - started
    ordered = sorted(seconds)
    return {
        "answers": len(ordered),
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
