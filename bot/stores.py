"""Both stores of one bot side by side: where they are, whether they have the schema this code wants, and bringing them there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from bot import database
from bot.rolling import works_here
from bot.settings import Settings
from bot.wrong_use import RecordsOfAnother
from mat.errors import MatError, StoreIsBehind
from store.concerns import concern_url
from store.engine import open_engines, sqlite_file
from store.trouble import in_our_words
from store.work import SqlWork


class StoreIsNew(StoreIsBehind):
    """I have no records yet. `python -m bot run` makes them, or `python -m bot db upgrade`."""


class StoreIsAhead(MatError):
    """My records were written by a newer version of me than this one. Install that version again, or restore a backup."""


@dataclass(frozen=True, slots=True)
class StoreAt:
    """One store: the name of its folder in `migrations/`, and its URL (which may hold a password)."""

    tree: str
    url: str

    @property
    def title(self) -> str:
        return "main store" if self.tree == database.MAIN else "concern store"

    def exists(self) -> bool:
        """Whether its file is there; a server's store always is."""
        file = sqlite_file(self.url)
        return file is None or file.exists()

    def revision(self) -> str:
        """The revision it is at, empty for a new one. Raises what `store.trouble` makes of a store that does not answer."""
        try:
            return database.revision(self.url, self.tree)
        except SQLAlchemyError as error:
            raise (in_our_words(error) or error) from None

    def problem(self) -> MatError | None:
        """Why the bot cannot work on it as it is; None where it can."""
        found = self.revision()
        if found == database.head(self.tree):
            return None if database.has_queue(self.url, self.tree) else StoreIsBehind()
        if not found:
            return StoreIsNew()
        known = {script.revision for script in ScriptDirectory(str(database.MIGRATIONS / self.tree)).walk_revisions()}
        return StoreIsBehind() if found in known else StoreIsAhead()

    def running_problem(self) -> MatError | None:
        """The same for a bot that only works on it: a newer schema will do as well, where that says so."""
        problem = self.problem()
        return None if isinstance(problem, StoreIsAhead) and works_here(self.url, self.tree) else problem

    def upgrade(self) -> None:
        """Brings it to this code's schema. Raises `StoreIsAhead`."""
        if isinstance(problem := self.problem(), StoreIsAhead):
            raise problem
        try:
            database.upgrade(self.url, self.tree)
        except SQLAlchemyError as error:
            raise (in_our_words(error) or error) from None


def both_stores(settings: Settings) -> tuple[StoreAt, StoreAt]:
    """The main store and the concern store of these settings."""
    return (
        StoreAt(database.MAIN, settings.database_url),
        StoreAt(database.CONCERNS, concern_url(settings.database_url, settings.data_dir)),
    )


def require_own(settings: Settings) -> None:
    """Raises `RecordsOfAnother` where records or keys belong to another user than the one who runs this program."""
    file = sqlite_file(settings.database_url)
    for path in filter(None, (file, settings.key_dir)):
        if path.exists() and path.stat().st_uid != os.geteuid():
            raise RecordsOfAnother(path=path, owner=_owner(path))


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return f"user {path.stat().st_uid}"


def require_current(settings: Settings, *, to_run: bool = False) -> None:
    """Raises `StoreIsBehind` or `StoreIsAhead` where a store does not have the schema this code wants.

    And `RecordsOfAnother` where somebody else owns them. `to_run`: a newer schema that says that this code works on it will do; what
    copies or deletes everything has to know everything.
    """
    require_own(settings)
    for store in both_stores(settings):
        if problem := store.running_problem() if to_run else store.problem():
            raise problem


def make_new(settings: Settings) -> None:
    """Makes both stores where there is none yet, as on the first start; one that is only behind is left alone.

    Upgrading what holds a clinic's plan is for whoever runs the bot to decide (docs/decisions/0008-upgrades-are-asked-for.md).
    """
    require_own(settings)
    main, concerns = both_stores(settings)
    if not main.revision():
        # The main store last: killed in between, the next start does both again.
        concerns.upgrade()
        main.upgrade()


@asynccontextmanager
async def open_work(settings: Settings) -> AsyncIterator[SqlWork]:
    """Work on the main store for one command. Raises like `require_current`."""
    require_current(settings)
    engines = open_engines(settings.database_url)
    try:
        yield SqlWork(engines)
    finally:
        await engines.close()


async def any_added(settings: Settings) -> bool:
    """Whether the records name a workspace beside the settings' one; not where there are none yet, or they are not this version's."""
    try:
        async with open_work(settings) as work, work.reading() as books:
            return any(one.leaving_at is None for one in await books.installations.all())
    except MatError:
        return False
