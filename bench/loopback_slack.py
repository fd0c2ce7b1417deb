"""A Slack on loopback for bursts, in a process of its own: chat.postMessage answers after 30 to 80 ms, all else at once.

    python -m bench.loopback_slack [A_MINUTE]      prints its port; A_MINUTE: posts a workspace may send in any minute, 0 for no limit

`GET /stats` tells when each post was answered and how many were told to slow down; `GET /reset` forgets both.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import defaultdict, deque
from typing import cast

import uvloop

FROM_SECONDS, TO_SECONDS = 0.030, 0.080
A_MINUTE_SECONDS = 60.0
HOME = "T00000000"
POST = b"/api/chat.postMessage"
CHANNEL = re.compile(rb'"channel": ?"([A-Z0-9]+)"')
KEY = re.compile(rb'"key": ?"([0-9a-f]+)"')
IDENTITY = {
    "url": "https://made-up.slack.com/",
    "team": "Made up",
    "team_id": HOME,
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
}
PERSON = {
    "id": "U00000000",
    "team_id": HOME,
    "name": "lead",
    "real_name": "Made Up",
    "tz": "America/New_York",
    "profile": {},
}
NOTHING = {
    "members": [PERSON],
    "user": PERSON,
    "channels": [],
    "usergroups": [],
    "messages": [],
    "response_metadata": {"next_cursor": ""},
}
AT_ONCE = json.dumps({"ok": True, **IDENTITY, **NOTHING}).encode()


class Slack:
    """`taken`: when each post was answered, by its key where it carries one; `refused`: how many were told to slow down."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self.reset()

    def reset(self) -> None:
        self.taken: list[tuple[float, str]] = []
        self.refused = 0
        self._minute: dict[bytes, deque[float]] = defaultdict(deque)

    def full_for(self, token: bytes, now: float) -> float:
        """Seconds until this workspace may post again; 0 where it may now, which then counts."""
        if not self.a_minute:
            return 0
        minute = self._minute[token]
        while minute and minute[0] <= now - A_MINUTE_SECONDS:
            minute.popleft()
        if len(minute) >= self.a_minute:
            return minute[0] + A_MINUTE_SECONDS - now
        minute.append(now)
        return 0

    def stats(self) -> bytes:
        return json.dumps({"taken": self.taken, "refused": self.refused}).encode()


class Connection(asyncio.Protocol):
    """One kept-alive connection. slack_sdk sends one request after the other."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is one in all but name

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = re.search(rb"content-length: ?(\d+)", head, re.IGNORECASE)
        if len(body) < (int(length[1]) if length else 0):
            return
        self._buffer = b""
        self._take(head, body)

    def _take(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /stats"):
            self._answer(self._slack.stats())
        elif head.startswith(b"GET /reset"):
            self._slack.reset()
            self._answer(b"{}")
        elif POST in head[:60]:
            self._post(head, body)
        else:
            self._answer(AT_ONCE)

    def _post(self, head: bytes, body: bytes) -> None:
        token = re.search(rb"bearer ([^\r]+)", head, re.IGNORECASE)
        wait = self._slack.full_for(token[1] if token else b"", time.time())
        if wait:
            self._slack.refused += 1
            self._answer(
                b'{"ok":false,"error":"ratelimited"}', b"429 Too Many Requests", b"Retry-After: %d\r\n" % (wait + 1)
            )
            return
        delay = random.uniform(FROM_SECONDS, TO_SECONDS)
        asyncio.get_running_loop().call_later(delay, self._stands, body)

    def _stands(self, body: bytes) -> None:
        channel, key, now = CHANNEL.search(body), KEY.search(body), time.time()
        self._slack.taken.append((now, key[1].decode() if key else ""))
        self._answer(b'{"ok":true,"channel":"%b","ts":"%.6f","message":{}}' % (channel[1] if channel else b"C0", now))

    def _answer(self, body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> None:
        head = b"HTTP/1.1 %b\r\n%bContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
        if not self._transport.is_closing():
            self._transport.write(head % (status, more, len(body)) + body)


async def serve(a_minute: int) -> None:
    slack = Slack(a_minute)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(slack), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
