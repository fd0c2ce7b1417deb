"""`db restore`: a backup put back, while no bot runs. What it cannot put back whole it does not touch."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import backup_folder
from bot.backup_command import METADATA, open_store
from bot.database import CONCERNS, MAIN
from bot.settings import Settings, read_settings
from bot.stores import StoreAt, StoreIsAhead, both_stores, require_own
from bot.wrong_use import NotABackup, StoresHoldSomething
from mat.delivery import PostState
from mat.schedules import due_times
from scheduler.courier import FAR_AWAY, MANY
from store.backup import restore as restore_file
from store.concerns import backup as concerns_backup
from store.concerns.backup import PutBack
from store.concerns.keys import SITE
from store.concerns.scrub import scrub_file
from store.concerns.site_key import is_another
from store.concerns.tables import key_marks
from store.copying import copy_rows, is_empty
from store.engine import open_engines, sqlite_file
from store.health import health_problem
from store.running import only_running
from store.work import SqlWork

AFTER_RESTORE = "restored"


def restore(folder: Path, *, keys: Path | None, replace: bool) -> int:
    lines = restored(read_settings(), folder, keys, datetime.now(UTC), over=replace)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def restored(settings: Settings, folder: Path, keys: Path | None, now: datetime, *, over: bool) -> list[str]:
    """Puts the backup back and says so. Raises `NotABackup`, `StoresHoldSomething` or `StoreIsInUse`; then nothing was changed."""
    require_own(settings)
    about = backup_folder.read_backup(folder)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with only_running(settings.database_url), _ready_copy(folder, settings.data_dir) as copies:
        asyncio.run(_from_now_on(copies[0].url, now))
        targets = both_stores(settings)
        for target in targets:
            target.upgrade()
            with open_store(target) as engine:
                if not over and not is_empty(engine, METADATA[target.tree], but=(key_marks.name,)):
                    raise StoresHoldSomething(clinics=f"rows in the {target.title}")
        back = concerns_backup.put_keys_back(keys, settings.key_dir, now.astimezone(UTC).date()) if keys else None
        # Concerns first: run again after a crash in between, both are put back.
        for copy, target in reversed(list(zip(copies, targets, strict=True))):
            _put_back(copy, target)
        lines = [f"The backup of {about.made_at} is back."]
        lines += _about_keys(settings, targets[1], back)
    return [
        *lines,
        "Posts due before now are not sent again: `python -m bot plan` shows what comes, `run-now` sends one by hand.",
    ]


@contextmanager
def _ready_copy(folder: Path, data_dir: Path) -> Iterator[tuple[StoreAt, StoreAt]]:
    """Both files of the backup, brought to this version's schema and found whole. The backup itself stays as it is."""
    with tempfile.TemporaryDirectory(prefix="restore-", dir=data_dir) as name:
        copies = (backup_folder.store_in(Path(name), MAIN), backup_folder.store_in(Path(name), CONCERNS))
        for store in copies:
            shutil.copyfile(folder / backup_folder.FILES[store.tree], Path(name) / backup_folder.FILES[store.tree])
            if health_problem(store.url):
                raise NotABackup(folder=folder, why=f"the {store.title} in it is damaged")
            try:
                store.upgrade()
            except StoreIsAhead:
                raise NotABackup(folder=folder, why="a newer version of me made it") from None
        yield copies


def _put_back(copy: StoreAt, target: StoreAt) -> None:
    file = sqlite_file(target.url)
    if target.tree == MAIN and file is not None:
        restore_file(sqlite_file(copy.url) or file, file, table="clinic")
        return
    with open_store(copy) as source, open_store(target) as engine:
        copy_rows(source, engine, METADATA[copy.tree])
    if file is not None:
        scrub_file(file)


async def _from_now_on(url: str, now: datetime) -> None:
    """Nobody knows what was posted after the backup was made, so what was due by now is not posted again."""
    engines = open_engines(url)
    try:
        async with SqlWork(engines).writing() as books:
            for post in (*await books.outbox.ready(FAR_AWAY, MANY), *await books.outbox.in_doubt()):
                await books.outbox.save(replace(post, state=PostState.DROPPED, error=AFTER_RESTORE))
            for clinic in await books.clinics.all():
                for schedule in await books.at(clinic).schedules.all():
                    coming = next((due for due in due_times(schedule) if due.at > now), None)
                    local, at = (coming.local, coming.at) if coming else (None, None)
                    await books.outbox.advance(replace(schedule, next_local=local, next_at=at, since=now))
            await books.commit()
    finally:
        await engines.close()


def _about_keys(settings: Settings, concerns: StoreAt, back: PutBack | None) -> list[str]:
    lines = []
    if back and back.refused:
        lines.append(f"Destroyed here, so not put back: {', '.join(back.refused)}. Delete those copies.")
    with open_store(concerns) as engine:
        needed, another = concerns_backup.months_needed(engine), is_another(engine, settings.key_dir)
    missing = sorted(needed - concerns_backup.months_at_hand(settings.key_dir))
    if missing:
        names = ", ".join(missing)
        lines.append(f"The keys of {names} are not in {settings.key_dir}: concerns of then can't be read. Add --keys.")
    if needed and not (settings.key_dir / SITE).exists():
        lines.append(
            f"{SITE} is not in {settings.key_dir}, and I don't start without it. Add --keys; if it is lost, "
            "`python -m bot concerns keys rotate` starts afresh, and receipts find nothing."
        )
    if another:
        lines.append(
            f"{SITE} in {settings.key_dir} is not the key that the receipts of this backup were made with, and I don't start with it. "
            "Restore once more with --keys and the keys that belong to this backup."
        )
    return lines
