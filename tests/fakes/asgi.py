"""An ASGI server without a socket: one request, chunk by chunk as a test says, and what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp, Message

RawHeaders = Sequence[tuple[bytes, bytes]]


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as a server hands them on: names in lower case, bytes."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


async def posted(
    app: ASGIApp,
    headers: Mapping[str, str] | RawHeaders,
    body: bytes,
    *,
    path: str = "/slack/events",
    method: str = "POST",
    chunk: int = 65_536,
    unfinished: bool = False,
    stalls: bool = False,
) -> tuple[int, bytes]:
    """Status and body of the answer. `unfinished`: the client hangs up before the end; `stalls`: it never sends one."""
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)] or [b""]
    coming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": unfinished or stalls or number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    coming.append({"type": "http.disconnect"})
    sent: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": raw(headers) if isinstance(headers, Mapping) else list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive() -> Message:
        if stalls and len(coming) == 1:
            await asyncio.Event().wait()
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
