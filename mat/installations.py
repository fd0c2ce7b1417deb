"""The bot in a workspace that was added beside the one of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack gave one workspace's app. `app`: for a socket, `signing`: for HTTP; what is not used is empty."""

    bot: str = field(repr=False)
    app: str = field(default="", repr=False)
    signing: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Installation:
    """`bot` and `bot_user`: who the bot is there, as `auth.test` said when it was added. `admins`: ids of those who look after it.

    `sealed`: the tokens, which only the key folder's key opens. `leaving_at`: since when it is to be deleted, None while it stays.
    """

    workspace: str
    name: str
    bot: str
    bot_user: str
    admins: tuple[str, ...]
    sealed: bytes = field(repr=False)
    added_at: datetime
    leaving_at: datetime | None = None
