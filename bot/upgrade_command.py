"""`db upgrade` and `db check`: both stores brought to this version's schema, and looked over."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.rolling import may_run_meanwhile
from bot.settings import Settings, read_settings
from bot.stores import both_stores, require_own
from mat.errors import MatError, StoreIsInUse
from store.backup import back_up
from store.engine import sqlite_file
from store.health import health_problem
from store.running import is_running


class OneStoreIsDamaged(MatError):
    """The {store} is damaged: {said}. Stop the bot and restore a backup."""


def upgrade() -> int:
    sys.stdout.write("".join(f"{line}\n" for line in upgraded(read_settings(), datetime.now(UTC))))
    return 0


def upgraded(settings: Settings, now: datetime) -> list[str]:
    """Upgrades what is behind and says so. Raises `StoreIsInUse` while a bot runs that would not work on the new schema."""
    require_own(settings)
    lines = []
    for store in both_stores(settings):
        if store.problem() is None:
            lines.append(f"The {store.title} is up to date.")
            continue
        before = store.revision()
        alone = not may_run_meanwhile(store.url, store.tree, before)
        if before and alone and is_running(settings.database_url):
            raise StoreIsInUse
        if before and store.tree == "main" and (copy := _copy(settings, before, now)):
            lines.append(f"Before the upgrade I copied the {store.title} to {copy}. Delete it once all is well.")
        store.upgrade()
        lines.append(f"The {store.title} is {'upgraded' if before else 'made'}.")
    return lines


def _copy(settings: Settings, revision: str, now: datetime) -> Path | None:
    """A copy of the main store as it was. The concern store gets none: a copy would keep what was meant to be forgotten."""
    file = sqlite_file(settings.database_url)
    if file is None:
        return None
    copy = file.with_name(f"{file.stem}-{revision}-{now:%Y%m%d-%H%M%S}{file.suffix}")
    back_up(file, copy)
    return copy


def check() -> int:
    sys.stdout.write("".join(f"{line}\n" for line in checked(read_settings())))
    return 0


def checked(settings: Settings) -> list[str]:
    """One line a store. Raises `StoreIsBehind` or `StoreIsAhead` for its schema, `OneStoreIsDamaged` for the rest."""
    lines = []
    for store in both_stores(settings):
        if store.exists() and (said := health_problem(store.url)):
            raise OneStoreIsDamaged(store=store.title, said=said)
        if problem := store.running_problem():
            raise problem
        lines.append(f"The {store.title} is up to date and whole.")
    return lines
