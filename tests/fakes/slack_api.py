"""A fake Slack on loopback: the Web API, Socket Mode, and the response URLs, strict about every limit we know.

    async with FakeSlack() as slack:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.url)

Every call is recorded in `slack.calls`; `slack.world` holds what was posted and shown; `slack.order(method, fault, …)` makes
the next calls of a method go wrong. Time is `slack.world.clock`, so a trigger id expires when the test says so.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.fakes.clock import HandClock
from tests.fakes.slack_limits import message_faults
from tests.fakes.slack_methods import MethodError, World
from tests.fakes.slack_world import APP, NO_FAULT, OTHER_TEAM, Call, Fault

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE = timedelta(minutes=30)
ACK_SECONDS = 3.0
"""How long `deliver` waits for the acknowledgement, in real seconds: Slack's own limit."""


@dataclass(slots=True)
class ResponseUrl:
    issued_at: datetime
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class FakeSlack:
    """`clock`: the time as Slack sees it (aware UTC). Use it as an async context manager; `url` is the API's base.

    `takes`: how many real seconds each call takes; its work is done half-way. `others`: further workspaces, by `join`.
    """

    clock: Callable[[], datetime] = field(default_factory=HandClock)
    takes: Callable[[], float] = float
    world: World = field(init=False)
    others: dict[str, World] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _acks: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _connected: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    def __post_init__(self) -> None:
        self.world = World(self.clock)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.drop_sockets()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what a test asks and orders ----------------------------------------------------------------------------------

    def order(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` go as ordered, one fault each; `NO_FAULT` lets one through.

        `response_url` stands for every response URL, where a fault means that nothing was shown.
        """
        self._faults[method].extend(faults)

    def no_more(self, method: str) -> None:
        """Whatever was ordered for `method` and has not happened does not happen."""
        self._faults.pop(method, None)

    def join(self, team: str) -> World:
        """A further workspace, with an app and tokens of its own; every person and channel has the same id as in the first."""
        world = World(self.clock, team=team, token=f"xoxb-made-up-{team}", app_token=f"xapp-made-up-{team}")
        world.people = {
            one.id: replace(one, team=OTHER_TEAM if one.stranger else team, home=team) for one in world.people.values()
        }
        self.others |= {world.token: world, world.app_token: world}
        return world

    def called(self, method: str) -> list[Call]:
        """The calls of a method so far, in order."""
        return [call for call in self.calls if call.method == method]

    def response_url(self) -> str:
        """A new response URL: five uses in thirty minutes."""
        name = f"r{self.world.number()}"
        self._response_urls[name] = ResponseUrl(self.clock())
        return f"{self.url.removesuffix('api/')}response/{name}"

    def answers_at(self, response_url: str) -> list[dict[str, Any]]:
        """What was sent to a response URL, in order."""
        return self._response_urls[response_url.rpartition("/")[2]].answers

    async def connected(self) -> None:
        """Wait until the bot has a socket open."""
        await self._connected.wait()

    async def drop_sockets(self) -> None:
        """Close every socket, as Slack does now and then."""
        sockets, self._sockets = self._sockets, []
        self._connected.clear()
        for socket in sockets:
            await socket.close()

    async def deliver(
        self, kind: str, payload: Mapping[str, Any], *, envelope: str = "", retry: int = 0
    ) -> dict[str, Any]:
        """Send an envelope (`slash_commands`, `interactive`, `events_api`) and return what the acknowledgement carries.

        Raises `TimeoutError` where none comes in three seconds: a person would have seen an error. Give `envelope` to send
        the same one again, `retry` for the number of an event's retry.
        """
        name = envelope or f"e{self.world.number()}"
        self._acks[name] = asyncio.get_running_loop().create_future()
        sent: dict[str, Any] = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        if kind == "events_api":
            sent |= {
                "accepts_response_payload": False,
                "retry_attempt": retry,
                "retry_reason": "timeout" if retry else "",
            }
        await self._sockets[-1].send_json(sent)
        return await asyncio.wait_for(self._acks[name], ACK_SECONDS)

    # -- the server -----------------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments, token = await _arguments(request)
        fault = self._faults[method].popleft() if self._faults[method] else NO_FAULT
        half = self.takes() / 2
        await asyncio.sleep(half)
        answer, outcome = self._answer(method, arguments, token) if fault.stored else ({}, fault.name)
        self.calls.append(
            Call(method, arguments, self.clock().timestamp(), outcome if fault is NO_FAULT else fault.name)
        )
        await asyncio.sleep(half)
        if fault is not NO_FAULT:
            return await self._faulty(request, fault, answer)
        scopes = ",".join(sorted(self.world.scopes))
        date = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        return web.json_response(answer, headers={"x-oauth-scopes": scopes, "Date": date})

    def _answer(self, method: str, arguments: Mapping[str, Any], token: str) -> tuple[dict[str, Any], str]:
        try:
            answer = self.others.get(token, self.world).call(method, arguments, token)
        except MethodError as failed:
            return {"ok": False, "error": failed.code, **failed.beside}, failed.code
        if method == "apps.connections.open":
            answer = {"url": f"{self.url.replace('http', 'ws', 1).removesuffix('api/')}socket"}
        return {"ok": True, **answer}, "ok"

    async def _faulty(self, request: web.Request, fault: Fault, answer: dict[str, Any]) -> web.StreamResponse:
        if fault.name.startswith("hangs"):
            await self._closing.wait()
        if fault.name.startswith(("hangs", "reset")):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.name == "truncated":
            return web.Response(text=json.dumps(answer)[:-9], content_type="application/json")
        return web.Response(status=fault.status, text=fault.body, content_type=fault.kind, headers=fault.headers)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        known = self._response_urls.get(request.match_info["name"])
        body = await request.json()
        if self._faults["response_url"]:
            fault = self._faults["response_url"].popleft()
            self.calls.append(Call("response_url", body, self.clock().timestamp(), fault.name))
            return await self._faulty(request, fault, {"ok": True})
        if known is None or len(known.answers) >= RESPONSE_URL_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        if self.clock() - known.issued_at > RESPONSE_URL_LIFE:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        known.answers.append(body)
        faults = [] if body.get("delete_original") else message_faults(body.get("text") or "", body.get("blocks") or [])
        self.calls.append(Call("response_url", body, self.clock().timestamp(), "invalid_blocks" if faults else "ok"))
        if faults:
            return web.json_response({"ok": False, "error": "invalid_blocks", "errors": faults}, status=400)
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        self._sockets.append(socket)
        self._connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))
        return socket

    def _acknowledged(self, frame: dict[str, Any]) -> None:
        waiting = self._acks.pop(str(frame.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload") or {})


async def _arguments(request: web.Request) -> tuple[dict[str, Any], str]:
    """The arguments of a call, however they travelled, and the token."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.can_read_body:
        arguments |= {name: _unpacked(str(value)) for name, value in (await request.post()).items()}
    token = str(arguments.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ")
    for name in ("blocks", "view", "metadata"):
        if isinstance(arguments.get(name), str):
            arguments[name] = _unpacked(arguments[name])
    return arguments, token


def _unpacked(value: str) -> Any:
    """A form field that holds JSON, read; anything else as it is."""
    if not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
