"""`workspace add|list|remove`: the workspaces beside the one of the settings. A running bot follows within a minute."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from getpass import getpass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.build import open_client
from bot.forget_command import BACKUPS, Confirm, ask
from bot.line import AWAY
from bot.looks_like import require_kinds
from bot.settings import Settings, Transport, read_settings
from bot.slack_surfaces import error_code
from bot.stores import open_work
from bot.web_events import PATH
from bot.workspaces import LETS_GO
from bot.wrong_use import NoSuchWorkspace, NotConfirmed, TokenEmpty, TokenNotTaken, WorkspaceOfSettings
from mat.errors import MatError, SlackSilent
from mat.installations import Installation, Tokens
from mat.ports import Clock
from store.checkpoint import empty_journal
from store.concerns import open_concern_box
from store.running import is_running
from store.token_seal import TokenSeal
from store.work import SqlWork

Ask = Callable[[str], str]
Sleep = Callable[[float], Awaitable[None]]
LOOK_EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 60.0


class NotDeletedYet(MatError):
    """The workspace is marked to be deleted, but the running bot did not do so within a minute. It goes on trying: see its log."""


def add(admins: Sequence[str]) -> int:
    said = asyncio.run(added(read_settings(), admins, asked, _utc_now))
    sys.stdout.write(f"{said}\n")
    return 0


def listed() -> int:
    sys.stdout.write("".join(f"{line}\n" for line in asyncio.run(lines(read_settings()))))
    return 0


def remove(workspace: str, *, sure: bool) -> int:
    said = asyncio.run(removed(read_settings(), workspace, _utc_now, (lambda _question: True) if sure else ask))
    sys.stdout.write(f"{said}\n{BACKUPS}\n")
    return 0


def _utc_now() -> datetime:
    return datetime.now(UTC)


def asked(what: str) -> str:
    """A secret, typed unseen at a terminal, else the next line of standard input. Never an argument: those stand in `ps`."""
    return getpass(f"{what}: ") if sys.stdin.isatty() else sys.stdin.readline()


# -- add ------------------------------------------------------------------------------------------------------------


async def added(settings: Settings, admins: Sequence[str], secret: Ask, clock: Clock) -> str:
    """Asks for the tokens, shows them to Slack, and keeps them sealed. Added again, a workspace gets its new ones.

    Raises `TokenEmpty`, `TokenNotTaken`, `WorkspaceOfSettings` or `SlackSilent`; then nothing was kept.
    """
    over_http = settings.transport is Transport.HTTP
    tokens = _tokens(secret, over_http=over_http)
    async with open_client(settings) as (client, _session), open_work(settings) as work:
        told = await _met(client, "bot token", tokens.bot)
        if not over_http:
            await _taken("app token", lambda: client.apps_connections_open(app_token=tokens.app))
        home = settings.slack_bot_token.get_secret_value()
        if home and (await _met(client, "SLACK_BOT_TOKEN", home)).get("team_id") == told["team_id"]:
            raise WorkspaceOfSettings
        workspace = str(told["team_id"])
        name = str(told.get("team") or workspace)
        sealed = TokenSeal(settings.key_dir).seal(workspace, tokens)
        who = (str(told.get("bot_id") or ""), str(told.get("user_id") or ""))
        async with work.writing() as books:
            await books.installations.save(Installation(workspace, name, *who, tuple(admins), sealed, clock()))
            await books.commit()
    said = f"{name} ({workspace}) is added. A running bot is there within a minute."
    return f"{said}\nIts app's request URLs end in {PATH}/{workspace}." if over_http else said


def _tokens(secret: Ask, *, over_http: bool) -> Tokens:
    bot = _given(secret, "Bot token (xoxb-…)")
    if over_http:
        return Tokens(bot, signing=_given(secret, "Signing secret"))
    app = _given(secret, "App token (xapp-…)")
    require_kinds({"SLACK_BOT_TOKEN": bot, "SLACK_APP_TOKEN": app})
    return Tokens(bot, app=app)


def _given(secret: Ask, what: str) -> str:
    if not (given := secret(what).strip()):
        raise TokenEmpty(what=what)
    return given


async def _met(client: AsyncWebClient, what: str, token: str) -> dict[str, object]:
    found: dict[str, object] = {}

    async def call() -> None:
        answer = await client.auth_test(token=token)
        found.update(answer.data if isinstance(answer.data, dict) else {})

    await _taken(what, call)
    return found


async def _taken(what: str, call: Callable[[], Awaitable[object]]) -> None:
    try:
        await call()
    except SlackApiError as refused:
        raise TokenNotTaken(what=what, code=error_code(refused)) from None
    except AWAY:
        raise SlackSilent from None


# -- list -----------------------------------------------------------------------------------------------------------


async def lines(settings: Settings) -> list[str]:
    """One line a workspace; of tokens nothing."""
    async with open_work(settings) as work, work.reading() as books:
        found = await books.installations.all()
        counts = {one.workspace: len(await books.clinics.all(one.workspace)) for one in found}
    shown = [_line(one, counts[one.workspace]) for one in found]
    if settings.slack_bot_token.get_secret_value():
        shown.append("The workspace of SLACK_BOT_TOKEN is not in this list.")
    return shown or ["No workspace was added."]


def _line(one: Installation, clinics: int) -> str:
    if one.leaving_at is not None:
        return f"{one.workspace}  is being deleted"
    admins = f", looked after by {', '.join(one.admins)}" if one.admins else ""
    many = "1 clinic" if clinics == 1 else f"{clinics} clinics"
    return f"{one.workspace}  {one.name}: {many}, since {one.added_at:%Y-%m-%d}{admins}"


# -- remove ---------------------------------------------------------------------------------------------------------


async def removed(
    settings: Settings, workspace: str, clock: Clock, confirm: Confirm, *, sleep: Sleep = asyncio.sleep
) -> str:
    """Deletes everything of a workspace. Raises `NoSuchWorkspace` or `NotConfirmed`: then nothing was changed; or `NotDeletedYet`."""
    async with open_work(settings) as work:
        async with work.reading() as books:
            clinics = await books.clinics.all(workspace)
            known = {one.workspace: one.name for one in await books.installations.all()}
        if workspace not in known and not clinics:
            raise NoSuchWorkspace(workspace=workspace)
        name = known.get(workspace) or workspace
        many = "its clinic" if len(clinics) == 1 else f"its {len(clinics)} clinics"
        if not confirm(f"This deletes everything about {name}, {many} and their concerns too, for good."):
            raise NotConfirmed
        async with work.writing() as books:
            await books.installations.leave(workspace, clock())
            await books.commit()
        if not await _deleted_by_a_bot(settings, work, workspace, sleep):
            await _forget(settings, work, workspace, clock)
    return f"Nothing about {name} is left in my records."


async def _deleted_by_a_bot(settings: Settings, work: SqlWork, workspace: str, sleep: Sleep) -> bool:
    """Whether a running bot did it, which first has to let go of the workspace. On Postgres one may run unseen."""
    runs = is_running(settings.database_url)
    if not runs and settings.database_url.startswith("sqlite"):
        return False
    patience = PATIENCE_SECONDS if runs else 2 * LETS_GO.total_seconds()
    for _ in range(int(patience / LOOK_EVERY_SECONDS)):
        async with work.reading() as books:
            if workspace not in {one.workspace for one in await books.installations.all()}:
                return True
        await sleep(LOOK_EVERY_SECONDS)
    if runs:
        raise NotDeletedYet
    return False


async def _forget(settings: Settings, work: SqlWork, workspace: str, clock: Clock) -> None:
    """Concerns first: killed in between, the workspace is still there to be removed again."""
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, clock()) as box:
        await box.forget_workspace(workspace)
    async with work.writing() as books:
        await books.installations.forget(workspace)
        await books.commit()
    await asyncio.to_thread(empty_journal, settings.database_url)
