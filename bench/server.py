"""The answers that are compared, on one server: bare handlers and Bolt apps, each at a path of its own.

    python -m bench.server PORT FOLDER     FOLDER holds migrated stores with the clinic of `bench.stores`

/bare           checks the signature, answers nothing
/bare-status    checks the signature, reads who asks, runs the queries of `/mat status`, serialises the blocks it would show
/stock-status   the same with SQLAlchemy and aiosqlite as they come, without what store/engine.py and store/one_hop.py make quicker
/empty          Bolt as we use it, behind our own door, with a command that only acknowledges
/default        Bolt's default AsyncApp, a command that only acknowledges
/slack/events   the whole bot, through its own door for HTTP
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.build import Bot, build_bot
from bot.memory import settle_memory
from bot.metrics import Metrics
from bot.running import meet_slack
from bot.settings import Transport
from bot.verifier import SkewWatch, Verifier
from bot.web import LOOPBACK
from bot.web_events import PATH, SlackDoor
from bot.web_server import WebServer
from commands.asking import Ask, Surface
from commands.status import status
from mat.ports import Work
from store.engine import Engines, async_url
from store.work import SqlWork
from tests.bot_under_test import HERE, settings_for
from tests.fakes.payloads import SIGNING_SECRET
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import BOT, BOT_TOKEN, BOT_USER, MEMBER, TEAM, TEAM_CHANNEL

CORE = 0
Endpoint = Callable[[Request], Awaitable[Response]]
Bare = Callable[[bytes], Awaitable[Response]]


def signed(answer: Bare) -> Endpoint:
    """A bare handler: the signature is checked, then `answer` is given."""
    verifier = SignatureVerifier(SIGNING_SECRET)

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        return await answer(body)

    return endpoint


def empty_app(**options: Any) -> AsyncApp:
    """Bolt with a command that only acknowledges."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=BOT_TOKEN, bot_id=BOT, bot_user_id=BOT_USER)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize, **options)
    app.command("/mat")(acknowledge)
    return app


async def door_to(app: AsyncApp, bot: Bot) -> SlackDoor:
    """Our door for HTTP, open, with a memory of its own for what it has answered."""
    door = SlackDoor(app, Verifier(SIGNING_SECRET, bot.desk.clock, SkewWatch(lambda _ahead: None)), Metrics())
    await door.open()
    return door


def bare_status(work: Work, shown: Mapping[str, Any]) -> Bare:
    """The same queries, and the same blocks serialised, without Bolt and without working out what to show."""

    async def answer(body: bytes) -> Response:
        asked = dict(parse_qsl(body.decode()))
        async with work.reading() as books:
            clinic = await books.clinics.at_channel(asked["team_id"], asked["channel_id"])
            assert clinic is not None
            at = books.at(clinic)
            await at.roster.member(asked["user_id"])
            await at.milestones.rows()
            await at.huddles.last_held()
            await books.clinics.of_person(asked["team_id"], asked["user_id"])
        return JSONResponse(shown)

    return answer


async def nothing(_body: bytes) -> Response:
    return Response(status_code=200)


async def whole_answer(bot: Bot) -> dict[str, Any]:
    """What `/mat status` answers just now."""
    ask = Ask(workspace=TEAM, user=MEMBER.id, surface=Surface.COMMAND, channel=TEAM_CHANNEL, line="status")
    reply = await status(bot.desk, ask)
    assert reply.message is not None
    assert HERE.name in reply.message.text
    return {"response_type": "ephemeral", "text": reply.message.text, "blocks": list(reply.message.blocks)}


async def serve(port: int, folder: Path) -> None:
    options = {"slack_signing_secret": SecretStr(SIGNING_SECRET), "MAT_TRANSPORT": Transport.HTTP}
    async with (
        FakeSlack(clock=lambda: datetime.now(UTC)) as slack,
        build_bot(settings_for(folder, slack, **options)) as bot,
    ):
        await meet_slack(bot)
        await bot.directory.load()
        shown = await whole_answer(bot)
        stock = create_async_engine(async_url(bot.settings.database_url))
        ours = empty_app(process_before_response=True, request_verification_enabled=False)
        # What is compared stands side by side: each route before that does not match costs time.
        routes = [
            Route(PATH, await door_to(bot.app, bot)),
            Route("/bare-status", signed(bare_status(bot.desk.work, shown)), methods=["POST"]),
            Route("/bare", signed(nothing), methods=["POST"]),
            Route("/empty", await door_to(ours, bot)),
            Route("/stock-status", signed(bare_status(SqlWork(Engines(stock, stock)), shown)), methods=["POST"]),
            Route("/default", AsyncSlackRequestHandler(empty_app()).handle, methods=["POST"]),
        ]
        server = WebServer(Starlette(routes=routes))
        await server.open(LOOPBACK, port)
        settle_memory()
        await asyncio.Event().wait()


def main() -> None:
    if CORE in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {CORE})
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))


if __name__ == "__main__":
    main()
