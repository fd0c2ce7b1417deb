"""Bolt's AsyncApp for every workspace: who we are is asked once, errors are answered 200, and what Slack tells reaches its place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import CountedApp, Metrics
from bot.presence import Presences
from bot.tasks import Tasks
from bot.workspaces import Workspaces
from commands.answering import note
from mat.errors import MatError

log = logging.getLogger("mat.slack")

PEOPLE_EVENTS = ("user_change", "team_join")
LEAVING_EVENTS = ("app_uninstalled", "tokens_revoked")
# A store that is busy or away must not make us forget it: Slack says it once.
LEAVING_WAITS = (0.5, 1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, as `auth.test` says."""

    workspace: str
    workspace_name: str
    bot_id: str
    bot_user: str


class Identities:
    """Remembers who we are in the settings' workspace. `met`: called once that is known."""

    def __init__(self, client: AsyncWebClient, met: Callable[[Identity], None]) -> None:
        self._client = client
        self._met = met
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
            self._met(self._known)
        return self._known


async def authorized(presences: Presences, identities: Identities, workspace: str) -> AuthorizeResult | None:
    """Who the bot is in a workspace, from memory; None where it is in none of that name."""
    if not workspace:
        return None
    presence = presences.of(workspace)
    if presence is None and not presences.met:
        await identities.meet()
        presence = presences.of(workspace)
    return presence.authorized if presence else None


class Authorize(AsyncAuthorize):
    """Bolt's question of who the bot is. A plain function would do; Bolt takes longer to find out what to hand it than it takes."""

    def __init__(self, who: Callable[[str], Awaitable[AuthorizeResult | None]]) -> None:
        self._who = who

    async def __call__(self, *, team_id: str | None, **_asked: Any) -> AuthorizeResult | None:
        return await self._who(team_id or "")


def make_app(
    client: AsyncWebClient, who: Callable[[str], Awaitable[AuthorizeResult | None]], metrics: Metrics
) -> AsyncApp:
    """The app without any command; `commands.register` adds them. `who`: who the bot is in a workspace."""
    app = CountedApp(
        metrics,
        name="matbot",
        logger=_silent(),
        authorize=Authorize(who),
        client=AsyncWebClient(base_url=client.base_url, session=client.session),
        # Over HTTP our own verifier has looked already; Bolt's would log what it refuses.
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        process_before_response=True,
        # We listen to no event that our own messages could cause.
        ignoring_self_events_enabled=False,
    )
    app.error(_answer_200)
    return app


def hear_of_workspaces(app: AsyncApp, presences: Presences, workspaces: Workspaces, tasks: Tasks) -> None:
    """A workspace that takes the app out, or the bot's token away, is left and forgotten.

    A token that is only refused means neither: it may be a slip of whoever keeps the settings.
    """

    async def leave(workspace: str, event: str) -> None:
        for wait in LEAVING_WAITS:
            try:
                await workspaces.leave(workspace, event)
                break
            except MatError as problem:
                log.warning("workspace-not-left-yet", extra={"type": type(problem).__name__})
                await asyncio.sleep(wait)

    async def uninstalled(body: dict[str, Any]) -> None:
        if presence := presences.of(str(body.get("team_id") or "")):
            tasks.own(leave(presence.workspace, str(body.get("event_id") or "")))

    async def revoked(body: dict[str, Any], event: dict[str, Any]) -> None:
        presence = presences.of(str(body.get("team_id") or ""))
        tokens = event.get("tokens")
        bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
        if presence and isinstance(bots, list) and presence.bot_user in bots:
            tasks.own(leave(presence.workspace, str(body.get("event_id") or "")))

    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)


def hear_of_people(app: AsyncApp, presences: Presences) -> None:
    """What Slack tells of people reaches the directory of their workspace.

    Call it last: Bolt asks its listeners in order, and somebody waits for most of the others.
    """

    async def heard_of(body: dict[str, Any], event: dict[str, Any]) -> None:
        if presence := presences.of(str(body.get("team_id") or "")):
            presence.directory.heard_of(event.get("user"))

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
