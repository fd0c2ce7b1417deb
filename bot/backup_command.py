"""`db backup`: both stores into a new folder, the keys of concerns apart from them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot import backup_folder
from bot.database import CONCERNS, MAIN
from bot.settings import Settings, read_settings
from bot.stores import StoreAt, both_stores, require_current
from bot.wrong_use import KeysBesideStores, KeysOfAnother
from mat.errors import SiteKeyOfAnother
from store import engine as main_engine
from store import tables as main_tables
from store.backup import back_up
from store.concerns import backup as concerns_backup
from store.concerns import engines as concern_engines
from store.concerns import tables as concern_tables
from store.concerns.keys import SITE
from store.concerns.site_key import is_another
from store.copying import close_file, copy_rows

METADATA = {MAIN: main_tables.metadata, CONCERNS: concern_tables.metadata}


def backup(folder: Path, *, keys: Path | None) -> int:
    lines = backed_up(read_settings(), folder, keys, datetime.now(UTC))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def backed_up(settings: Settings, folder: Path, keys: Path | None, now: datetime) -> list[str]:
    """Writes a backup and says where. Raises `KeysBesideStores`, `KeysOfAnother` or `SiteKeyOfAnother`, and like `require_current`.

    Then nothing was written.
    """
    require_current(settings)
    if keys is not None:
        if _together(keys, folder, settings):
            raise KeysBesideStores
        if others := concerns_backup.other_keys(settings.key_dir, keys):
            raise KeysOfAnother(path=others[0])
        with open_store(both_stores(settings)[1]) as engine:
            if is_another(engine, settings.key_dir):
                raise SiteKeyOfAnother(path=settings.key_dir / SITE)
    made = folder / f"matbot-backup-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    draft = made.with_suffix(".unfinished")
    draft.mkdir(mode=0o700, parents=True)
    try:
        revisions = {store.tree: _copied(store, draft) for store in both_stores(settings)}
        backup_folder.describe(draft, revisions, now.astimezone(UTC).isoformat(timespec="seconds"))
        draft.rename(made)
    except BaseException:
        shutil.rmtree(draft)
        raise
    lines = [f"Both stores are in {made}, concerns as they stood at their last release."]
    if keys is None:
        return [
            *lines,
            "The keys of concerns are not in it. Add --keys with a folder apart, or nobody can read those concerns.",
        ]
    new = concerns_backup.back_up_keys(settings.key_dir, keys, now.astimezone(UTC).date())
    return [
        *lines,
        f"{len(new)} new key file{'' if len(new) == 1 else 's'} in {keys}, one a month. Keep them apart from it.",
    ]


def _copied(source: StoreAt, folder: Path) -> str:
    """Copies one store into the backup; gives its revision."""
    file = main_engine.sqlite_file(source.url)
    copy_to = folder / backup_folder.FILES[source.tree]
    if source.tree == MAIN and file is not None:
        back_up(file, copy_to)
        return source.revision()
    copy = backup_folder.store_in(folder, source.tree)
    copy.upgrade()
    wanted = None if source.tree == MAIN else concerns_backup.as_released()
    with open_store(source) as old, open_store(copy) as new:
        copy_rows(old, new, METADATA[source.tree], wanted)
    close_file(copy_to)
    return copy.revision()


@contextmanager
def open_store(store: StoreAt) -> Iterator[Engine]:
    """A blocking engine on one store, closed afterwards."""
    open_it = main_engine.migration_engine if store.tree == MAIN else concern_engines.migration_engine
    engine = open_it(store.url)
    try:
        yield engine
    finally:
        engine.dispose()


def _together(keys: Path, folder: Path, settings: Settings) -> bool:
    """Whether the keys' backup would lie with a store's, or where the keys themselves are."""
    mine = keys.resolve()
    others = [folder.resolve(), settings.data_dir.resolve(), settings.key_dir.resolve()]
    return any(mine == other or mine in other.parents or other in mine.parents for other in others)
