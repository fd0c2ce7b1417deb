"""What `check` looks at. Each check gives findings in plain sentences; nothing is changed, and a running bot is not disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.looks_like import is_person_id
from bot.slack_surfaces import error_code
from bot.wrong_use import NotAnId
from mat.clinic import Clinic
from mat.errors import MatError
from mat.ports import ChannelFacts
from messages.privacy import SCOPES

LARGEST_SKEW = timedelta(seconds=120)


class Verdict(StrEnum):
    """`NOTE` is worth knowing and no trouble."""

    OK = "ok"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    sentence: str

    def __str__(self) -> str:
        return f"{self.verdict.value}: {self.sentence}"


def ok(sentence: str) -> Finding:
    return Finding(Verdict.OK, sentence)


def note(sentence: str) -> Finding:
    return Finding(Verdict.NOTE, sentence)


def trouble(sentence: str) -> Finding:
    return Finding(Verdict.TROUBLE, sentence)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What Slack answered to `auth.test`: the workspace's id, and the headers in lower case."""

    workspace: str
    headers: Mapping[str, str]


async def bot_token(client: AsyncWebClient) -> tuple[Greeting | None, Finding]:
    """Whether Slack takes the bot token; the greeting where it does."""
    try:
        told = await client.auth_test()
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as failed:
        return None, trouble(f"SLACK_BOT_TOKEN: {_why(failed)}.")
    headers = {str(name).lower(): str(value) for name, value in told.headers.items()}
    greeting = Greeting(str(told.get("team_id") or ""), headers)
    return greeting, ok(f"Slack takes SLACK_BOT_TOKEN: I am @{told.get('user')} in {told.get('team')}.")


async def app_token(client: AsyncWebClient, token: str) -> Finding:
    """Whether Slack would open a socket with the app token. Asking for one does not open it."""
    try:
        await client.apps_connections_open(app_token=token)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as failed:
        return trouble(
            f"SLACK_APP_TOKEN: {_why(failed)}. It needs the scope connections:write and Socket Mode switched on."
        )
    return ok("Slack takes SLACK_APP_TOKEN.")


def admins(named: Iterable[str]) -> Iterable[Finding]:
    """Whether everybody in MAT_ADMINS is named by an id: a name there is nobody."""
    for words in sorted(named):
        if not is_person_id(words):
            yield trouble(f"MAT_ADMINS: {NotAnId(words=words).sentence}")


def signing_secret(secret: str) -> Finding:
    """Whether HTTP has what it needs. Nobody but Slack can say whether it is the right one."""
    if not secret:
        return trouble("SLACK_SIGNING_SECRET is not set, and MAT_TRANSPORT=http needs it.")
    return ok(
        "SLACK_SIGNING_SECRET is set, so I listen over HTTP. Only a request of Slack's can show that it is the right one."
    )


def _why(failed: Exception) -> str:
    if isinstance(failed, SlackApiError):
        return f"Slack refuses it ({error_code(failed)})"
    return f"Slack could not be reached ({type(failed).__name__}), so I can't tell"


def scopes(header: str) -> Iterable[Finding]:
    """`header`: what `x-oauth-scopes` says the token may do."""
    if not header:
        yield note("Slack did not say which permissions the token has, so I could not compare them.")
        return
    granted = {scope.strip() for scope in header.split(",")}
    missing = [scope for scope in SCOPES if scope.name not in granted]
    for scope in missing:
        if scope.optional:
            yield note(f"The optional permission {scope.name} is not given, so {scope.without}.")
        else:
            yield trouble(f"The permission {scope.name} is missing ({scope.why}). Add it and install the app again.")
    if not any(not scope.optional for scope in missing):
        yield ok("Every permission I must have is given.")


def clock_skew(header: str, now: datetime) -> Finding:
    """`header`: Slack's `Date`; a clock far off makes posts come at the wrong time and signed requests fail."""
    try:
        slack = parsedate_to_datetime(header)
    except ValueError:
        return note("Slack did not say what time it is, so I could not compare clocks.")
    off = round(abs((now - slack).total_seconds()))
    if off > LARGEST_SKEW.total_seconds():
        return trouble(
            f"This machine's clock is {off:,} seconds off Slack's. Set it by NTP: posts come at the wrong time."
        )
    return ok("This machine's clock agrees with Slack's.")


async def channels(
    clinics: Iterable[Clinic], look: Callable[[str], Awaitable[ChannelFacts | None]]
) -> Iterable[Finding]:
    """Whether the bot can post in the team's channel of each clinic."""
    chosen = [clinic for clinic in clinics if clinic.channel]
    try:
        facts = await asyncio.gather(*(look(clinic.channel) for clinic in chosen))
    except MatError as failed:
        return [trouble(f"The teams' channels: {failed.sentence}")]
    return [_channel(clinic, found) for clinic, found in zip(chosen, facts, strict=True)]


def _channel(clinic: Clinic, facts: ChannelFacts | None) -> Finding:
    if facts is None:
        return trouble(
            f"{clinic.name}: I can't see the team's channel ({clinic.channel}). Type `/invite @matbot` there."
        )
    if facts.archived:
        return trouble(f"{clinic.name}: #{facts.name} is archived. Choose another channel in `/mat team`.")
    if not facts.member:
        return trouble(f"{clinic.name}: I am not in #{facts.name}. Type `/invite @matbot` there.")
    return ok(f"{clinic.name}: I can post in #{facts.name}.")
