"""What `check` says of the workspaces that were added."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot import startup_checks
from bot.build import open_client
from bot.directory import SlackDirectory
from bot.settings import Settings, Transport
from bot.startup_checks import Finding, note
from bot.tasks import Tasks
from mat.clinic import Clinic
from mat.errors import MatError
from mat.installations import Installation
from store.token_seal import TokenSeal


async def of_added(
    settings: Settings, added: Sequence[Installation], clinics: Sequence[Clinic]
) -> AsyncIterator[Finding]:
    """Of each workspace its tokens and its clinics' channels, with its name in front."""
    for one in added:
        if one.leaving_at is not None:
            yield note(f"{one.workspace} is to be deleted; the running bot does it.")
            continue
        async for finding in _of_one(settings, one, [c for c in clinics if c.workspace == one.workspace]):
            yield replace(finding, sentence=f"{one.name}: {finding.sentence}")


async def _of_one(settings: Settings, one: Installation, clinics: Sequence[Clinic]) -> AsyncIterator[Finding]:
    try:
        tokens = TokenSeal(settings.key_dir).open(one.workspace, one.sealed)
    except MatError as problem:
        yield startup_checks.trouble(problem.sentence)
        return
    async with open_client(settings) as (client, _session):
        client.token = tokens.bot
        if settings.transport is Transport.SOCKET:
            yield _named(await startup_checks.app_token(client, tokens.app))
        elif not tokens.signing:
            yield startup_checks.trouble(
                "there is no signing secret. Add the workspace again, with MAT_TRANSPORT=http."
            )
        greeting, finding = await startup_checks.bot_token(client)
        yield _named(finding)
        if greeting is None:
            return
        for told in startup_checks.scopes(greeting.headers.get("x-oauth-scopes", "")):
            yield told
        for told in await startup_checks.channels(clinics, SlackDirectory(client, Tasks()).channel):
            yield told


def _named(finding: Finding) -> Finding:
    """Without the names of settings, which do not hold these tokens."""
    words = finding.sentence.replace("SLACK_APP_TOKEN", "its app token").replace("SLACK_BOT_TOKEN", "its bot token")
    return replace(finding, sentence=words)
