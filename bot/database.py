"""Brings a store's schema up to date, and says whether it is. For both stores, by their folder in `migrations/`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from store.engine import sqlite_file, sync_url

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
MAIN = "main"
CONCERNS = "concerns"


def upgrade(url: str, tree: str = MAIN, *, to: str = "head") -> None:
    """Brings the store at `url` to revision `to`. Running it again changes nothing; killed in the middle, neither."""
    if tree == MAIN and sqlite_file(url) is None:
        # Before the records' own, so that a store at the newest revision has it all.
        _queue_schema().upgrade(url)
    command.upgrade(config(url, tree), to)


def downgrade(url: str, tree: str = MAIN, *, to: str) -> None:
    """Takes the store at `url` back to revision `to` ("base" for none)."""
    command.downgrade(config(url, tree), to)


def head(tree: str = MAIN) -> str:
    """The revision the code wants. Raises Alembic's `CommandError` where there are two."""
    return ScriptDirectory(str(MIGRATIONS / tree)).get_current_head() or ""


def revision(url: str, tree: str = MAIN) -> str:
    """The revision the store is at; empty for one that is not there or has never been upgraded. Changes nothing."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return ""
    # The concern store has a schema of its own on Postgres.
    options = {"options": f"-csearch_path={tree}"} if file is None and tree != MAIN else {}
    engine = create_engine(sync_url(url), hide_parameters=True, connect_args=options)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        engine.dispose()


def is_current(url: str, tree: str = MAIN) -> bool:
    """Whether the store at `url` has the schema this code wants."""
    return revision(url, tree) == head(tree) and has_queue(url, tree)


def has_queue(url: str, tree: str = MAIN) -> bool:
    """Whether several processes can share the store at `url`; SQLite is for one, and needs nothing for it."""
    return tree != MAIN or sqlite_file(url) is not None or bool(_queue_schema().is_current(url))


def _queue_schema() -> Any:
    # By name, because what it needs is installed with requirements/postgres.txt only.
    return import_module("bot.queue_schema")


def config(url: str, tree: str = MAIN) -> Config:
    """Alembic's configuration for a store, without a file."""
    made = Config(attributes={"url": url})
    made.set_main_option("script_location", str(MIGRATIONS / tree).replace("%", "%%"))
    return made
