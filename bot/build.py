"""The one composition root: settings in, a bot out. Nothing is built at import; every part can be handed in instead."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.crew import Crew, open_crew
from bot.delivery import Delivery, build_delivery
from bot.directory import SlackDirectory
from bot.metrics import Metrics
from bot.presence import Presences, WorkspacePoster
from bot.rooms import Rooms
from bot.settings import Settings
from bot.slack_app import Identities, authorized, hear_of_people, hear_of_workspaces, make_app
from bot.slack_client import SlackClient
from bot.slack_dates import SlackDates
from bot.slack_poster import SlackPoster
from bot.slack_surfaces import SlackSurfaces
from bot.stores import require_current
from bot.tasks import Tasks
from bot.wellbeing import disk_check, sign_of_life
from bot.workspaces import Workspaces
from commands.desk import Desk
from commands.listeners import Listeners
from commands.register import register_commands
from mat.concerns import ConcernBox
from mat.playbook import load_playbook
from mat.ports import Clock, Work
from scheduler.clockwork import Clockwork
from store.checkpoint import empty_journal
from store.concerns import open_concern_box
from store.engine import open_engines
from store.token_seal import TokenSeal
from store.work import SqlWork

SLACK_SECONDS = 10.0
ANSWERS_AT_ONCE = 200
"""Calls for people that may be under way beside the posts."""

# With STOP_SECONDS of bot/running.py this stays under the ten seconds in which a stop must be over.
DRAIN_SECONDS = 4.0


def utc_now() -> datetime:
    """The only reading of the clock."""
    return datetime.now(UTC)


def new_id() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Bot:
    """Every part of a running bot. `client`, `directory` and `desk` are of the settings' workspace."""

    settings: Settings
    client: AsyncWebClient
    identities: Identities
    directory: SlackDirectory
    presences: Presences
    workspaces: Workspaces
    poster: WorkspacePoster
    tasks: Tasks
    desk: Desk
    app: AsyncApp
    listeners: Listeners
    delivery: Delivery
    concerns: ConcernBox
    metrics: Metrics
    crew: Crew
    dates: SlackDates

    @property
    def has_home(self) -> bool:
        """Whether the settings name a workspace."""
        return bool(self.settings.slack_bot_token.get_secret_value())

    @property
    def clockwork(self) -> Clockwork:
        return self.delivery.clockwork


@asynccontextmanager
async def open_client(
    settings: Settings, *between: aiohttp.ClientMiddlewareType
) -> AsyncIterator[tuple[AsyncWebClient, aiohttp.ClientSession]]:
    """Slack's Web API, and the session that all calls share. Nothing is sent again by itself: the courier decides that.

    `between`: middlewares of the session.
    """
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS),
        connector=aiohttp.TCPConnector(limit=settings.limits.at_once + ANSWERS_AT_ONCE),
        # What Slack sets for one workspace must not go along with the calls of another.
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=between,
    ) as session:
        token = settings.slack_bot_token.get_secret_value()
        client = SlackClient(token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        yield client, session


@asynccontextmanager
async def build_bot(settings: Settings, *, clock: Clock = utc_now, work: Work | None = None) -> AsyncIterator[Bot]:
    """A bot with everything built and nothing started. Leaving it finishes what runs and closes what was opened.

    Raises `StoreIsBehind` where a migration is missing, and what the key folder raises where a file's mode is too wide.
    """
    async with AsyncExitStack() as opened:
        dates = SlackDates(settings.slack_api_url)
        client, session = await opened.enter_async_context(open_client(settings, dates))
        crew, lanes = Crew(), work
        if work is None:
            require_current(settings, to_run=True)
            engines = open_engines(settings.database_url)
            opened.push_async_callback(engines.close)
            work, lanes = SqlWork(engines), SqlWork(engines.of_lanes)
            crew = await opened.enter_async_context(open_crew(settings.database_url, clock, settings.waits))
        concerns = await opened.enter_async_context(
            open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, clock())
        )
        tasks = Tasks()
        opened.push_async_callback(tasks.drain, DRAIN_SECONDS)
        yield _assembled(settings, clock, work, lanes, crew, concerns, tasks, client, session, dates)


def _assembled(
    settings: Settings,
    clock: Clock,
    work: Work,
    lanes: Work | None,
    crew: Crew,
    concerns: ConcernBox,
    tasks: Tasks,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    dates: SlackDates,
) -> Bot:
    presences = Presences()
    poster = WorkspacePoster(presences, SlackPoster(client))
    playbook = load_playbook()
    delivery = build_delivery(
        work,
        poster,
        concerns,
        playbook,
        clock=clock,
        new_id=new_id,
        crew=crew,
        lanes=lanes,
        waits=settings.waits,
        limits=settings.limits,
        admins=presences.admins_of,
        checks=[disk_check(settings.data_dir, settings.disk_free_mb)],
        alive=sign_of_life(settings.alive_url.get_secret_value(), session),
        retention_days=settings.concern_retention_days,
    )
    desk = Desk(
        work=work,
        clock=clock,
        new_id=new_id,
        playbook=playbook,
        directory=SlackDirectory(client, tasks),
        surfaces=SlackSurfaces(client, session),
        poster=SlackPoster(client),
        concerns=concerns,
        wake=delivery.clockwork.wake,
        answers_concerns=crew.answers_concerns,
        admins=settings.admins,
        retention_days=settings.concern_retention_days,
        posts_a_minute=settings.posts_a_minute,
    )
    rooms = Rooms(settings, presences, desk, client, session, tasks)
    identities = Identities(client, rooms.enter_home)
    workspaces = Workspaces(
        work,
        concerns,
        presences,
        rooms.make,
        seal=partial(TokenSeal, settings.key_dir),
        scrub=partial(_scrubbed, settings.database_url),
        clock=clock,
    )
    metrics = Metrics()
    app = make_app(client, partial(authorized, presences, identities), metrics)
    listeners = register_commands(app, presences.desk_of, tasks.start)
    hear_of_workspaces(app, presences, workspaces, tasks)
    hear_of_people(app, presences)
    return Bot(
        settings=settings,
        client=client,
        identities=identities,
        directory=rooms.directory,
        presences=presences,
        workspaces=workspaces,
        poster=poster,
        tasks=tasks,
        desk=desk,
        app=app,
        listeners=listeners,
        delivery=delivery,
        concerns=concerns,
        metrics=metrics,
        crew=crew,
        dates=dates,
    )


async def _scrubbed(url: str) -> None:
    await asyncio.to_thread(empty_journal, url)
