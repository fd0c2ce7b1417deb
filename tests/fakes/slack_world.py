"""What the fake Slack holds: people, channels, what was posted and shown, and the faults a test may order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEAM = "T0CLINIC1"
OTHER_TEAM = "T0OUTSIDE"
BOT_USER = "U0MATBOT1"
BOT = "B0MATBOT1"
APP = "A0MATBOT1"
BOT_TOKEN = "xoxb-made-up-bot-token"
APP_TOKEN = "xapp-made-up-app-token"

REQUIRED_SCOPES = frozenset({"commands", "chat:write", "users:read", "channels:read", "groups:read"})
OPTIONAL_SCOPES = frozenset({"channels:history", "groups:history", "im:history", "usergroups:read"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a workspace, with the flags that Slack's user object has."""

    id: str
    name: str = ""
    team: str = TEAM
    zone: str = "America/New_York"
    admin: bool = False
    owner: bool = False
    guest: bool = False
    one_channel_guest: bool = False
    bot: bool = False
    deleted: bool = False
    home: str = TEAM

    @property
    def stranger(self) -> bool:
        return self.team != self.home

    def as_user(self) -> dict[str, Any]:
        """The user object of `users.info` and `users.list`."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": self.deleted,
            "tz": self.zone,
            "is_admin": self.admin or self.owner,
            "is_owner": self.owner,
            "is_primary_owner": False,
            "is_restricted": self.guest or self.one_channel_guest,
            "is_ultra_restricted": self.one_channel_guest,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_stranger": self.stranger,
            "profile": {"real_name": self.name.title(), "display_name": self.name, "team": self.team},
            "updated": 1_700_000_000,
        }


MEMBER = Person("U0MEMBER1", "ana")
LEAD = Person("U0LEAD001", "lee")
ADMIN = Person("U0ADMIN01", "sam", admin=True)
GUEST = Person("U0GUEST01", "gil", guest=True)
OUTSIDER = Person("U0OUTSID1", "ola", team=OTHER_TEAM)
ROBOT = Person("U0ROBOT01", "robot", bot=True)
GONE = Person("U0GONE001", "gone", deleted=True)
PEOPLE = (MEMBER, LEAD, ADMIN, GUEST, OUTSIDER, ROBOT, GONE, Person(BOT_USER, "matbot", bot=True))


@dataclass(slots=True)
class Channel:
    """A channel; `bot_in`: whether the bot is a member. `people` None means that everybody is."""

    id: str
    name: str = ""
    private: bool = False
    bot_in: bool = True
    archived: bool = False
    shared: bool = False
    people: frozenset[str] | None = None

    def as_channel(self) -> dict[str, Any]:
        """The channel object of `conversations.info`."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_group": False,
            "is_im": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": self.bot_in,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_general": False,
            "context_team_id": TEAM,
        }


TEAM_CHANNEL = "C0TEAM001"
PRIVATE_CHANNEL = "C0PRIVAT1"
OTHER_CHANNEL = "C0OTHER01"
ARCHIVED_CHANNEL = "C0OLD0001"


def usual_channels() -> tuple[Channel, ...]:
    """A team channel and a private one with the bot in them, one without the bot, and an archived one."""
    return (
        Channel(TEAM_CHANNEL, "mat-team"),
        Channel(PRIVATE_CHANNEL, "mat-leads", private=True),
        Channel(OTHER_CHANNEL, "general", bot_in=False),
        Channel(ARCHIVED_CHANNEL, "old-team", archived=True),
    )


@dataclass(slots=True)
class PostedMessage:
    """A message in a channel; `metadata` as it was sent, or empty."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] = field(default_factory=dict)
    thread_ts: str = ""
    edits: int = 0

    def as_message(self, *, with_metadata: bool) -> dict[str, Any]:
        """The message object of `conversations.history`."""
        shown: dict[str, Any] = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "ts": self.ts,
            "text": self.text,
            "blocks": self.blocks,
        }
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached Slack. `outcome`: ok, an error code of Slack's, or the name of the fault."""

    method: str
    arguments: Mapping[str, Any]
    at: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call in place of a plain answer. `stored`: Slack had done the work before the trouble came."""

    name: str
    stored: bool = False
    status: int = 200
    body: str = ""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


NO_FAULT = Fault("ok", stored=True)
RESET_BEFORE = Fault("reset before storing")
RESET_AFTER = Fault("reset after storing", stored=True)
HANGS_BEFORE = Fault("hangs before storing")
HANGS_AFTER = Fault("hangs after storing", stored=True)
TRUNCATED = Fault("truncated", stored=True)
TEXT_500 = Fault("500 text", status=500, body="Internal Server Error", kind="text/plain")
TEXT_500_AFTER = Fault("500 text after storing", stored=True, status=500, body="oops", kind="text/plain")
HTML_503 = Fault("503 html", status=503, body="<html><body>Try again</body></html>", kind="text/html")


def slow_down(retry_after: str | None = "1") -> Fault:
    """429, with `Retry-After` as given (a number, a word, or not there at all)."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault("429", status=429, body='{"ok": false, "error": "ratelimited"}', headers=headers)


def refuses(code: str) -> Fault:
    """`ok: false` with any of Slack's error codes."""
    return Fault(code, body=f'{{"ok": false, "error": "{code}"}}')
