"""What `check` looks at in the stores and the key folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from bot.startup_checks import Finding, note, ok, trouble
from bot.stores import both_stores
from mat.delivery import Post, PostState
from mat.errors import MatError
from mat.ports import Clock, Work
from mat.zones import known_zone
from scheduler.timetable import TIMETABLE
from store.concerns.engines import file_of
from store.concerns.keys import KeyFolder
from store.concerns.scrub import DELAY_SECONDS

# A scrub follows a write within five seconds; so long a full journal is no trouble yet.
SCRUB_SECONDS = 5.0
RECENT = timedelta(days=7)


def schemas(settings: Settings) -> Iterable[Finding]:
    """Whether both stores are there, answer, and have this version's schema."""
    for store in both_stores(settings):
        try:
            problem = store.problem()
        except MatError as unreachable:
            problem = unreachable
        name = f"{store.title[0].upper()}{store.title[1:]}"
        yield trouble(f"{name}: {problem.sentence}") if problem else ok(f"{name}: up to date.")


def keys(folder: Path) -> Finding:
    """Whether the keys of concerns are readable by their owner alone."""
    if not folder.exists():
        return note(f"The key folder {folder} is not there yet; my first start makes it.")
    try:
        KeyFolder(folder)
    except MatError as problem:
        return trouble(problem.sentence)
    except OSError as problem:
        return trouble(f"I can't read the key folder {folder} ({type(problem).__name__}).")
    return ok(f"The key folder {folder} is readable by its owner alone.")


async def scrub(concern_url: str, wait: float = SCRUB_SECONDS + DELAY_SECONDS) -> Finding:
    """Whether the concern store's journal is empty: then nothing deleted is left, and no order of arrival."""
    file = file_of(concern_url)
    if file is None:
        return ok("Concerns: Postgres keeps the order of arrival out by itself; old rows go with each release.")
    journal = file.with_name(f"{file.name}-wal")
    if _size(journal):
        await asyncio.sleep(wait)
    if _size(journal):
        return trouble(
            "Concerns: the scrub could not finish, so deleted words may still stand in the journal. Another program has the "
            f"file {file} open: close it."
        )
    return ok("Concerns: nothing of what was written or deleted is left in the journal.")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


async def dead_posts(work: Work, clock: Clock) -> Iterable[Finding]:
    """Posts of the last seven days that were given up."""
    async with work.reading() as books:
        given_up = [post for post in await books.outbox.troubled() if post.due_at > clock() - RECENT]
        zones = {clinic.id: (clinic.name, clinic.zone) for clinic in await books.clinics.all()}
    return [_given_up(post, *zones.get(post.clinic, (post.clinic, "UTC"))) for post in given_up] or [
        ok("No post was given up in the last seven days.")
    ]


def _given_up(post: Post, clinic: str, zone: str) -> Finding:
    due = _local(post.due_at, zone)
    what = f"the {TIMETABLE[post.kind].title} due {due} to {post.target}"
    if post.state is PostState.UNKNOWN:
        return trouble(f"{clinic}: I don't know whether {what} came ({post.error}).")
    return trouble(f"{clinic}: {what} was given up ({post.error}).")


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(known_zone(zone)).strftime("%Y-%m-%d %H:%M %Z")
