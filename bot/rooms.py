"""Builds the bot in one workspace: a client with its token, and all that is built on a client."""

from __future__ import annotations

from dataclasses import dataclass, replace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from bot.presence import Presence, Presences
from bot.settings import Settings
from bot.slack_app import Identity
from bot.slack_client import SlackClient
from bot.slack_poster import SlackPoster
from bot.slack_surfaces import SlackSurfaces
from bot.tasks import Tasks
from commands.desk import Desk
from commands.recent import Recent
from mat.concerns import ConcernMemory
from mat.installations import Tokens


@dataclass(frozen=True, slots=True)
class Rooms:
    """`desk` and `client`: of the settings' workspace. All clients share one session."""

    settings: Settings
    presences: Presences
    desk: Desk
    client: AsyncWebClient
    session: aiohttp.ClientSession
    tasks: Tasks

    def make(
        self, workspace: str, name: str, bot: str, bot_user: str, admins: frozenset[str], tokens: Tokens
    ) -> Presence:
        """The bot in a workspace that was added. It shares only the stores with the others: not even what it has in memory."""
        client = SlackClient(
            token=tokens.bot, base_url=self.settings.slack_api_url, session=self.session, retry_handlers=[]
        )
        directory = SlackDirectory(client, self.tasks)
        directory.of_workspace(workspace)
        desk = replace(
            self.desk,
            directory=directory,
            surfaces=SlackSurfaces(client, self.session),
            poster=SlackPoster(client),
            admins=admins,
            memory=ConcernMemory(),
            recent=Recent(),
        )
        return Presence(workspace, name, bot, bot_user, admins, tokens, client, directory, desk)

    def enter_home(self, who: Identity) -> None:
        """The settings' workspace was met."""
        at = self.settings
        tokens = Tokens(
            *(s.get_secret_value() for s in (at.slack_bot_token, at.slack_app_token, at.slack_signing_secret))
        )
        directory = self.directory
        directory.of_workspace(who.workspace)
        names = (who.workspace, who.workspace_name, who.bot_id, who.bot_user)
        self.presences.add(Presence(*names, at.admins, tokens, self.client, directory, self.desk), home=True)

    @property
    def directory(self) -> SlackDirectory:
        """Of the settings' workspace."""
        directory = self.desk.directory
        assert isinstance(directory, SlackDirectory)
        return directory
