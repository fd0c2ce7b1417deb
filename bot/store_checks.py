"""What `check` looks at in the stores and the key folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from shutil import disk_usage

from bot.keys_command import situation
from bot.keys_report import troubles
from bot.settings import Settings
from bot.startup_checks import Finding, note, ok, trouble
from bot.stores import both_stores
from mat.delivery import Post, PostState
from mat.errors import MatError
from mat.ports import Clock, Work
from mat.zones import known_zone
from messages.crowded import for_the_operator
from scheduler.crowds import crowds_ahead
from scheduler.timetable import TIMETABLE
from store.concerns.engines import file_of
from store.concerns.scrub import DELAY_SECONDS, is_scrubbed
from store.concerns.server import telltale_settings

# A scrub follows a write within five seconds; so long a full journal is no trouble yet.
SCRUB_SECONDS = 5.0
# The file as it is, its copy without gaps, and the journal of putting that back.
SCRUB_NEEDS = 2
RECENT = timedelta(days=7)


def schemas(settings: Settings) -> Iterable[Finding]:
    """Whether both stores are there, answer, and have this version's schema."""
    for store in both_stores(settings):
        try:
            problem = store.running_problem()
        except MatError as unreachable:
            problem = unreachable
        name = f"{store.title[0].upper()}{store.title[1:]}"
        yield trouble(f"{name}: {problem.sentence}") if problem else ok(f"{name}: up to date.")


def keys(settings: Settings, now: datetime) -> Iterable[Finding]:
    """Whether the keys of concerns are readable by their owner alone, and whether those that are needed are here and whole."""
    folder = settings.key_dir
    try:
        found = [trouble(f"Keys: {sentence}") for sentence in troubles(situation(settings, now.astimezone(UTC).date()))]
    except MatError as problem:
        yield trouble(problem.sentence)
    except OSError as problem:
        yield trouble(f"I can't read the key folder {folder} ({type(problem).__name__}).")
    else:
        yield from found
        if not folder.exists():
            missing = f"The key folder {folder} is not there"
            yield (
                trouble(f"{missing}. Is its disk mounted?")
                if found
                else note(f"{missing} yet; my first start makes it.")
            )
            return
        yield ok(f"The key folder {folder} is readable by its owner alone.")


async def scrub(concern_url: str, wait: float = SCRUB_SECONDS + DELAY_SECONDS) -> Finding:
    """Whether the concern store keeps nothing that was deleted, and no order of arrival."""
    file = file_of(concern_url)
    if file is None:
        return await asyncio.to_thread(_server, concern_url)
    if not is_scrubbed(file):
        await asyncio.sleep(wait)
    if not is_scrubbed(file):
        return trouble(
            "Concerns: the scrub could not finish, so deleted words may still stand in the journal. Another program has the "
            f"file {file} open: close it. Or the disk is full."
        )
    if disk_usage(file.parent).free < SCRUB_NEEDS * file.stat().st_size:
        return trouble(
            f"Concerns: the disk of {file} has too little room to rewrite the file, so the scrub can't finish."
        )
    return ok("Concerns: nothing of what was written or deleted is left in the journal.")


def _server(url: str) -> Finding:
    """What a Postgres server keeps cannot be scrubbed; what it need not keep can be switched off."""
    telltale = telltale_settings(url)
    if telltale:
        return trouble(
            f"Concerns: this Postgres writes down the hour of every write ({', '.join(telltale)}). Switch that off for the database; "
            "docs/privacy.md says what else Postgres keeps."
        )
    return ok("Concerns: each release writes every row anew; docs/privacy.md says what Postgres keeps besides.")


async def dead_posts(work: Work, clock: Clock) -> Iterable[Finding]:
    """Posts of the last seven days that were given up."""
    async with work.reading() as books:
        given_up = [post for post in await books.outbox.troubled() if post.due_at > clock() - RECENT]
        zones = {clinic.id: (clinic.name, clinic.zone) for clinic in await books.clinics.all()}
    return [_given_up(post, *zones.get(post.clinic, (post.clinic, "UTC"))) for post in given_up] or [
        ok("No post was given up in the last seven days.")
    ]


async def crowds(work: Work, clock: Clock, a_minute: int) -> Iterable[Finding]:
    """Hours of the week to come at which a workspace has more to post than can be in time there."""
    found = await crowds_ahead(work, clock(), clock() + timedelta(days=7), a_minute)
    told = [note(for_the_operator(workspace, late, a_minute)) for workspace, late in found.items()]
    return told or [ok("In every workspace all posts of the week to come can be in time.")]


def _given_up(post: Post, clinic: str, zone: str) -> Finding:
    due = _local(post.due_at, zone)
    what = f"the {TIMETABLE[post.kind].title} due {due} to {post.target}"
    if post.state is PostState.UNKNOWN:
        return trouble(f"{clinic}: I don't know whether {what} came ({post.error}).")
    return trouble(f"{clinic}: {what} was given up ({post.error}).")


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(known_zone(zone)).strftime("%Y-%m-%d %H:%M %Z")
