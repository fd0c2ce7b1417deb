"""Where Slack comes in over HTTP: a request is limited, proved, read, and only then shown to Bolt.

Whatever is wrong with a request, the answer is 401 and nothing else, so that whoever tries learns nothing; why goes into a counter.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.types import Receive, Scope, Send

from bot.line import Owns, anybodys
from bot.metrics import Metrics
from bot.verifier import Refusal, Verifier, stamp_of

log = logging.getLogger("mat.web")

PATH = "/slack/events"
BODY_LIMIT = 1_000_000
"""Bytes. A form of Slack's is at most 250 KB, and percent signs make it three times as long."""
BODY_SECONDS = 3.0
FIELDS = 100
JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
UNREADABLE = (TypeError, AttributeError, LookupError, ValueError, RecursionError)

Answer = tuple[int, bytes, str]
REFUSED: Answer = (401, b"", "text/plain")
NOT_YET: Answer = (503, b"", "text/plain")
BROKEN: Answer = (500, b"", "text/plain")


def payload_of(content_type: str, body: bytes) -> dict[str, Any]:
    """What Slack wrote: a JSON object, the one in the field `payload`, or the fields of a form. An `event` in it is an object too.

    Raises `ValueError` or `RecursionError` for anything else.
    """
    kind, text = content_type.partition(";")[0].strip().lower(), body.decode("utf-8")
    if kind == JSON_TYPE:
        read = json.loads(text)
    elif kind == FORM_TYPE:
        fields = _fields_of(text)
        read = json.loads(fields["payload"]) if "payload" in fields else fields
    else:
        raise ValueError("neither JSON nor a form")
    if not isinstance(read, dict) or not read or not isinstance(read.get("event", {}), dict):
        raise ValueError("no object")
    return read


def _fields_of(form: str) -> dict[str, str]:
    """The fields of a form: what `urllib.parse.parse_qsl` finds, in a third of its time, because every answer waits for this.

    Raises `ValueError` for what is no form, for more than a hundred fields, and for what is not UTF-8.
    """
    pairs = [pair.partition("=") for pair in form.split("&", FIELDS)]
    if len(pairs) > FIELDS or not all(equals for _, equals, _ in pairs):
        raise ValueError("no form")
    return {_unquoted(name): _unquoted(value) for name, _, value in pairs}


def _unquoted(written: str) -> str:
    return unquote(written.replace("+", " "), errors="strict")


class SlackDoor:
    """An ASGI endpoint for `/slack/events`, and the line to Slack of a bot that listens over HTTP. Closed until `open`.

    `owns`: whether a payload is of the workspace whose secret signed it.
    """

    def __init__(
        self,
        app: AsyncApp,
        verifier: Verifier,
        metrics: Metrics,
        *,
        owns: Owns = anybodys,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._metrics = metrics
        self._owns = owns
        self._body_seconds = body_seconds
        self._open = False

    # -- as a line ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """From here on requests are answered; before, Slack is told to come back, as it does with events."""
        self._open = True
        log.info("listening")

    async def is_up(self) -> bool:
        return self._open

    def quiet_seconds(self) -> int | None:
        """Nothing keeps this line open, so there is no pulse to listen for."""
        return None

    async def watch(self) -> None:
        """Never returns."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        self._open = False

    # -- as an endpoint -------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _send(send, await self._answer(scope, receive) if self._open else NOT_YET)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        headers = scope["headers"]
        stamp = stamp_of(headers) if scope["method"] == "POST" else None
        body = await _body_of(receive, self._body_seconds) if stamp else None
        if stamp is None or body is None:
            return self._refused(Refusal.MALFORMED)
        if refusal := self._verifier.refusal(stamp, body):
            return self._refused(refusal)
        request = _request_of(headers, body)
        if request is None:
            return self._refused(Refusal.MALFORMED)
        if not self._owns(request.body):
            return self._refused(Refusal.FORGED)
        response = await self._dispatched(request)
        if response.status >= BROKEN[0]:
            self._verifier.forget(stamp)
        return response.status, (response.body or "").encode(), _content_type(response.headers)

    def _refused(self, reason: Refusal) -> Answer:
        self._metrics.refused(reason)
        return REFUSED

    async def _dispatched(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await self._app.async_dispatch(request)
        except Exception as broken:  # noqa: BLE001 - the server behind us would print it with all that it quotes
            log.error("request_failed", extra={"type": type(broken).__name__})  # noqa: TRY400
            return BoltResponse(status=BROKEN[0])


class OfWorkspace(Protocol):
    """`to`: what stands open for a workspace, None where nothing does."""

    def to(self, workspace: str, /) -> object: ...


class Doors:
    """An ASGI endpoint for `/slack/events/<workspace>`: each workspace has a secret of its own, and its path says which to try.

    A path where nobody is answered like a wrong signature.
    """

    def __init__(self, lines: OfWorkspace, metrics: Metrics) -> None:
        self._lines = lines
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._lines.to(scope["path_params"]["workspace"])
        if isinstance(door, SlackDoor):
            await door(scope, receive, send)
        else:
            self._metrics.refused(Refusal.FORGED)
            await _send(send, REFUSED)


async def _send(send: Send, answer: Answer) -> None:
    status, body, content_type = answer
    headers = [(b"content-type", content_type.encode()), (b"content-length", b"%d" % len(body))]
    if status in {REFUSED[0], NOT_YET[0]}:
        # The rest of such a request may still be on its way, and nobody is going to read it.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _body_of(receive: Receive, seconds: float) -> bytes | None:
    """The body; None where it is too long, takes longer than `seconds`, or was never finished."""
    parts, size = list[bytes](), 0
    try:
        async with asyncio.timeout(seconds):
            while size <= BODY_LIMIT:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                part: bytes = message.get("body", b"")
                parts.append(part)
                size += len(part)
                if not message.get("more_body") and size <= BODY_LIMIT:
                    return b"".join(parts)
    except TimeoutError:
        pass
    return None


def _request_of(headers: list[tuple[bytes, bytes]], body: bytes) -> AsyncBoltRequest | None:
    """What Bolt takes: the payload already read, as over a socket, so that it neither checks nor reads again."""
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    try:
        return AsyncBoltRequest(body=payload_of(content_type.decode("latin-1"), body), mode="socket_mode")
    except UNREADABLE:
        return None


def _content_type(headers: Mapping[str, Any]) -> str:
    return str((headers.get("content-type") or ["text/plain"])[0])
