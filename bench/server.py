"""The answers that are compared, on one server: bare handlers and Bolt apps, each at a path of its own.

    python -m bench.server PORT FOLDER     FOLDER holds migrated stores with the clinic of `bench.stores`

/bare          checks the signature, answers nothing
/bare-status   checks the signature, runs the queries of `/mat status`, serialises the blocks it would show
/empty         Bolt as we use it (process_before_response), a command that only acknowledges
/default       Bolt's default AsyncApp, a command that only acknowledges
/status        the whole bot, through its own HTTP transport
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.build import Bot, build_bot
from bot.running import meet_slack
from bot.verifier import SkewWatch
from bot.web import make_door
from commands.asking import Ask, Surface
from commands.status import status
from tests.bot_under_test import HERE, settings_for
from tests.fakes.payloads import SIGNING_SECRET
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import BOT, BOT_TOKEN, BOT_USER, MEMBER, TEAM, TEAM_CHANNEL

CORE = 0
Endpoint = Callable[[Request], Awaitable[Response]]


def signed(answer: Callable[[], Awaitable[Response]]) -> Endpoint:
    """A bare handler: the signature is checked, then `answer` is given."""
    verifier = SignatureVerifier(SIGNING_SECRET)

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        return await answer()

    return endpoint


def empty_app(*, process_before_response: bool) -> Endpoint:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=BOT_TOKEN, bot_id=BOT, bot_user_id=BOT_USER)

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize, process_before_response=process_before_response)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.command("/mat")(acknowledge)
    return AsyncSlackRequestHandler(app).handle


def bare_status(bot: Bot, shown: dict[str, Any]) -> Callable[[], Awaitable[Response]]:
    """The same queries, and the same blocks serialised, without Bolt and without building them."""

    async def answer() -> Response:
        async with bot.desk.work.reading() as books:
            clinic = await books.clinics.at_channel(TEAM, TEAM_CHANNEL)
            assert clinic is not None
            at = books.at(clinic)
            await at.roster.member(MEMBER.id)
            await at.milestones.rows()
            await at.huddles.last_held()
            await books.clinics.of_person(TEAM, MEMBER.id)
        return JSONResponse(shown)

    return answer


async def nothing() -> Response:
    return Response(status_code=200)


async def serve(port: int, folder: Path) -> None:
    async with FakeSlack(clock=lambda: datetime.now(UTC)) as slack:
        secret = SecretStr(SIGNING_SECRET)
        async with build_bot(settings_for(folder, slack, slack_signing_secret=secret)) as bot:
            await meet_slack(bot)
            await bot.directory.load()
            ask = Ask(workspace=TEAM, user=MEMBER.id, surface=Surface.COMMAND, channel=TEAM_CHANNEL, line="status")
            reply = await status(bot.desk, ask)
            assert reply.message is not None
            assert HERE.name in reply.message.text
            shown = {"response_type": "ephemeral", "text": reply.message.text, "blocks": list(reply.message.blocks)}
            endpoints = {
                "/bare": signed(nothing),
                "/bare-status": signed(bare_status(bot, shown)),
                "/empty": empty_app(process_before_response=True),
                "/default": empty_app(process_before_response=False),
            }
            door = make_door(bot, SkewWatch(lambda _ahead: None))
            await door.open()
            routes = [Route(path, endpoint, methods=["POST"]) for path, endpoint in endpoints.items()]
            routes.append(Route("/status", door))
            config = uvicorn.Config(Starlette(routes=routes), port=port, log_level="warning", access_log=False)
            await uvicorn.Server(config).serve()


def main() -> None:
    if CORE in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {CORE})
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))


if __name__ == "__main__":
    main()
