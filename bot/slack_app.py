"""Bolt's AsyncApp for one workspace: who we are is asked once, errors are answered 200, and people's changes reach the directory."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from bot.metrics import CountedApp, Metrics
from commands.answering import note

log = logging.getLogger("mat.slack")

PEOPLE_EVENTS = ("user_change", "team_join")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, as `auth.test` says."""

    workspace: str
    workspace_name: str
    bot_id: str
    bot_user: str


class Identities:
    """Remembers who we are, so that no request has to ask Slack."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: Identity | None = None

    async def meet(self) -> Identity:
        """Asks Slack once. Raises what the client raises when Slack is away or refuses the token."""
        if self._known is None:
            told = await self._client.auth_test()
            self._known = Identity(
                workspace=str(told["team_id"]),
                workspace_name=str(told.get("team") or ""),
                bot_id=str(told.get("bot_id") or ""),
                bot_user=str(told.get("user_id") or ""),
            )
        return self._known


def make_app(client: AsyncWebClient, identities: Identities, metrics: Metrics) -> AsyncApp:
    """The app without any command; `commands.register` adds them."""

    async def authorize() -> AuthorizeResult:
        known = await identities.meet()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.workspace,
            bot_token=client.token,
            bot_id=known.bot_id,
            bot_user_id=known.bot_user,
        )

    app = CountedApp(
        metrics,
        name="matbot",
        logger=_silent(),
        authorize=authorize,
        client=AsyncWebClient(base_url=client.base_url, session=client.session),
        # Over HTTP our own verifier has looked already; Bolt's would log what it refuses.
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        process_before_response=True,
    )
    app.error(_answer_200)
    return app


def hear_of_people(app: AsyncApp, directory: SlackDirectory) -> None:
    """What Slack tells of people reaches the directory. Call it last: Bolt asks its listeners in order, and somebody waits for most
    of the others.
    """

    async def heard_of(event: dict[str, Any]) -> None:
        directory.heard_of(event.get("user"))

    for event in PEOPLE_EVENTS:
        app.event(event)(heard_of)


def _silent() -> logging.Logger:
    """For Bolt, whose warnings quote whole payloads. What fails in our listeners comes through `app.error`."""
    logger = logging.getLogger("slack_bolt.matbot")
    logger.setLevel(logging.CRITICAL)
    logger.disabled = True
    return logger


async def _answer_200(error: Exception) -> BoltResponse:
    """A listener that raised has been acknowledged or not; either way Slack must not repeat it or wait for it."""
    note(error)
    return BoltResponse(status=200, body="")
