"""The workspaces the bot is in, each with its own token, people, poster and desk. Nothing of one is ever used for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.internals import extract_team_id
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from commands.desk import Desk
from mat.errors import MatError
from mat.installations import Tokens
from mat.message import Message
from mat.ports import NotPosted, Posted, Poster

GONE = "workspace-gone"


OTHER_NAMES = frozenset({"team", "view", "authorizations"})
"""Fields of a payload in which a workspace is named before `team_id` counts."""


class NotInWorkspace(MatError):
    """I am not in this workspace any more."""


@dataclass(frozen=True, slots=True)
class Presence:
    """The bot in one workspace. `bot_user`: who it is there. `admins`: ids of those who look after it."""

    workspace: str
    name: str
    bot: str
    bot_user: str
    admins: frozenset[str]
    tokens: Tokens
    client: AsyncWebClient = field(repr=False)
    directory: SlackDirectory = field(repr=False)
    desk: Desk = field(repr=False)

    @property
    def authorized(self) -> AuthorizeResult:
        """What Bolt asks of every request. It was learnt once, so that Slack is asked nothing."""
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.workspace,
            bot_token=self.tokens.bot,
            bot_id=self.bot,
            bot_user_id=self.bot_user,
        )


class Presences:
    """Where the bot is now. `home`: the workspace of the settings, empty until it is met, once it is left, or where there is none.

    `met`: whether it was met.
    """

    def __init__(self) -> None:
        self._there: dict[str, Presence] = {}
        self.home = ""
        self.met = False

    def __iter__(self) -> Iterator[Presence]:
        return iter(tuple(self._there.values()))

    def add(self, presence: Presence, *, home: bool = False) -> None:
        self._there[presence.workspace] = presence
        if home:
            self.home = presence.workspace
            self.met = True

    def drop(self, workspace: str) -> None:
        self._there.pop(workspace, None)
        if workspace == self.home:
            self.home = ""

    def of(self, workspace: str) -> Presence | None:
        return self._there.get(workspace)

    def desk_of(self, workspace: str) -> Desk:
        """Raises `NotInWorkspace`."""
        presence = self._there.get(workspace)
        if presence is None:
            raise NotInWorkspace
        return presence.desk

    def admins_of(self, workspace: str) -> Sequence[str]:
        """An `mat.ports.AdminsOf`."""
        presence = self._there.get(workspace or self.home)
        return sorted(presence.admins) if presence else ()


def is_of(workspace: str, payload: Mapping[str, Any]) -> bool:
    """Whether a payload is of this workspace, by every name that anybody reads out of it.

    Each organisation signs with a secret of its own, and could write the name of another one into what it signs.
    """
    if workspace and payload.get("team_id") == workspace and not payload.keys() & OTHER_NAMES:
        return True  # a typed command, which has no other name in it
    view, team, granted = payload.get("view"), payload.get("team"), payload.get("authorizations")
    named = [payload.get("team_id"), team.get("id") if isinstance(team, Mapping) else team]
    named.append(view.get("app_installed_team_id") if isinstance(view, Mapping) else None)
    named += [one.get("team_id") for one in granted if isinstance(one, Mapping)] if isinstance(granted, list) else []
    try:
        named.append(extract_team_id(dict(payload)))
    except (AttributeError, LookupError, TypeError):
        return False
    found = [name for name in named if name]
    return all(name == workspace for name in found) if found else _of_none(payload)


def _of_none(payload: Mapping[str, Any]) -> bool:
    """What Slack sends to see whether somebody is there."""
    return payload.get("type") == "url_verification" or "ssl_check" in payload


class WorkspacePoster:
    """`mat.ports.Poster` that posts in each workspace with its own token.

    Until the settings' workspace is met it counts as any that is not known, as when a command posts beside a running bot.
    """

    def __init__(self, presences: Presences, home: Poster) -> None:
        self._presences = presences
        self._home = home

    def of(self, workspace: str, /) -> Poster:
        presence = self._presences.of(workspace)
        if presence is not None:
            return presence.desk.poster
        return self._home if not workspace or not self._presences.met else Nowhere()

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        return await self._home.post(target, message, key=key, name=name, thread_ts=thread_ts)

    async def update(self, channel: str, ts: str, message: Message) -> None:
        await self._home.update(channel, ts, message)

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        return await self._home.find(channel, key, since)


class Nowhere:
    """`mat.ports.Poster` of a workspace that the bot is not in: it may be there again before the last try."""

    def of(self, _workspace: str, /) -> Poster:
        return self

    async def post(self, *_what: object, **_more: object) -> Posted:
        raise NotPosted(GONE)

    async def update(self, *_what: object) -> None:
        raise NotPosted(GONE)

    async def find(self, *_what: object) -> Posted | None:
        raise NotPosted(GONE)


MakePresence = Callable[[str, str, str, str, frozenset[str], Tokens], Presence]
"""Builds the bot in a workspace: its id, its name, the bot's id and user there, the admins' ids, the tokens."""
