"""`check`: everything that must hold for the bot to work, one sentence a line; exit code 1 if anything does not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot import startup_checks, store_checks
from bot.build import open_client
from bot.directory import SlackDirectory
from bot.looks_like import other_kinds
from bot.settings import Settings, Transport, read_settings
from bot.startup_checks import Finding, Verdict, note, ok, trouble
from bot.stores import both_stores, open_work
from bot.tasks import Tasks
from bot.workspace_checks import of_added
from mat.clinic import Clinic
from mat.errors import MatError
from mat.installations import Installation
from mat.ports import Clock
from store.running import is_running


def check() -> int:
    return asyncio.run(checked(read_settings(), lambda: datetime.now(UTC)))


async def checked(settings: Settings, clock: Clock) -> int:
    """Prints each finding as it is made, and gives the exit code."""
    worst = 0
    async for finding in findings(settings, clock):
        sys.stdout.write(f"{finding}\n")
        sys.stdout.flush()
        worst |= finding.verdict is Verdict.TROUBLE
    sys.stdout.write(
        "Something needs your attention: see the lines that begin with “trouble”.\n" if worst else "All is well.\n"
    )
    return int(worst)


async def findings(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Stores first, because the clinics whose channels are looked at stand in them."""
    schemas = list(store_checks.schemas(settings))
    for finding in schemas:
        yield finding
    for finding in (*store_checks.keys(settings, clock()), *startup_checks.admins(settings.admins)):
        yield finding
    clinics: tuple[Clinic, ...] | None = None
    added: tuple[Installation, ...] = ()
    if all(finding.verdict is Verdict.OK for finding in schemas):
        yield await store_checks.scrub(both_stores(settings)[1].url)
        try:
            async with open_work(settings) as work:
                async with work.reading() as books:
                    clinics = await books.clinics.all()
                    added = await books.installations.all()
                for finding in (
                    *await store_checks.dead_posts(work, clock),
                    *await store_checks.crowds(work, clock, settings.posts_a_minute),
                ):
                    yield finding
            yield (
                note("A bot is running on these records.")
                if is_running(settings.database_url)
                else note("No bot is running.")
            )
        except MatError as problem:
            yield trouble(problem.sentence)
    elsewhere = {one.workspace for one in added}
    own = None if clinics is None else tuple(clinic for clinic in clinics if clinic.workspace not in elsewhere)
    swapped = [trouble(other.sentence) for other in other_kinds(settings.tokens)]
    for finding in swapped:
        yield finding
    if not swapped and (not added or any(settings.tokens.values())):
        async with open_client(settings) as (client, _session):
            async for finding in _of_slack(settings, client, own, clock):
                yield finding
    async for finding in of_added(settings, added, clinics or ()):
        yield finding


async def _of_slack(
    settings: Settings, client: AsyncWebClient, clinics: tuple[Clinic, ...] | None, clock: Clock
) -> AsyncIterator[Finding]:
    """`clinics`: None where the store could not be read."""
    if settings.transport is Transport.HTTP:
        yield startup_checks.signing_secret(settings.slack_signing_secret.get_secret_value())
    elif token := settings.slack_app_token.get_secret_value():
        yield await startup_checks.app_token(client, token)
    else:
        yield trouble("SLACK_APP_TOKEN is not set.")
    if not settings.slack_bot_token.get_secret_value():
        yield trouble("SLACK_BOT_TOKEN is not set.")
        return
    greeting, finding = await startup_checks.bot_token(client)
    yield finding
    if greeting is None:
        return
    for finding in startup_checks.scopes(greeting.headers.get("x-oauth-scopes", "")):
        yield finding
    yield startup_checks.clock_skew(greeting.headers.get("date", ""), clock())
    if clinics is None:
        yield note("I could not read which clinics there are, so I looked at no channel.")
        return
    elsewhere = [clinic for clinic in clinics if clinic.workspace != greeting.workspace]
    for clinic in elsewhere:
        yield trouble(f"{clinic.name} belongs to another workspace ({clinic.workspace}) than this token.")
    mine = [clinic for clinic in clinics if clinic not in elsewhere]
    for finding in await startup_checks.channels(mine, SlackDirectory(client, Tasks()).channel):
        yield finding
    if not clinics:
        yield ok("No clinic is set up yet, so there is no channel to look at.")
