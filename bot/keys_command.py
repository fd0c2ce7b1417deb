"""`concerns keys status|rotate|destroy`: the keys of concerns, also beside a running bot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.backup_command import open_store
from bot.forget_command import Confirm, ask
from bot.keys_report import Situation, listed, number_of, report, troubles
from bot.settings import Settings, read_settings
from bot.stores import both_stores, require_current, require_own
from bot.wrong_use import NoKeyOfMonth, NotAMonth, NotConfirmed
from mat.concerns import IsoWeek
from mat.concerns.retention import last_week
from mat.errors import KeysBusy, MatError, RotationUnfinished
from store.concerns import open_concern_box
from store.concerns.backup import months_needed, months_not_opened
from store.concerns.keys import SITE, MonthFolder, next_name, of_month
from store.concerns.site_key import is_another
from store.concerns.survey import MonthKeys, survey
from store.token_seal import NAME as TOKENS

DISKS = (
    "The files were overwritten and deleted. An SSD, a snapshot, or a backup of the whole disk may still hold the old blocks, "
    "and I know only of copies that `db backup --keys` wrote."
)
RESTS = "What this does not undo: whoever has the old keys and a copy of the store from before can still read what stood in it."
RECEIPTS_STAY = "Receipts go on as they are."


def status() -> int:
    lines, worst = told(read_settings(), _today())
    return _say(lines) or int(worst)


def rotate() -> int:
    return _say(asyncio.run(rotated(read_settings(), datetime.now(UTC))))


def destroy(month: str, *, sure: bool) -> int:
    return _say(destroyed(read_settings(), month, _today(), (lambda _question: True) if sure else ask))


def told(settings: Settings, today: date) -> tuple[list[str], bool]:
    """What is to be said of the keys, and whether something is wrong with them."""
    require_own(settings)
    now = situation(settings, today)
    found = [f"trouble: {sentence}" for sentence in troubles(now)]
    return [f"The key folder is {settings.key_dir.resolve()}.", *report(now), *found], bool(found)


def situation(settings: Settings, today: date) -> Situation:
    """The key folder, and what the store needs of it where it can be asked."""
    concerns = both_stores(settings)[1]
    folder = settings.key_dir
    looked = survey(folder)
    if not concerns.exists() or concerns.problem() is not None:
        return Situation(looked, None, frozenset(), today, settings.concern_retention_days)
    with open_store(concerns) as engine:
        needed, another = months_needed(engine), is_another(engine, folder)
        wrong = months_not_opened(engine, folder)
    return Situation(looked, needed, wrong, today, settings.concern_retention_days, another)


async def rotated(settings: Settings, now: datetime) -> list[str]:
    """Rotates and says what that means. Raises RotationUnfinished, and like `require_current` and `open_concern_box`."""
    require_current(settings)
    folder = settings.key_dir
    lost = not (folder / SITE).exists()
    # Whoever asks for fresh keys means it: here a lost site key is made anew.
    async with open_concern_box(settings.database_url, settings.data_dir, folder, now, afresh=True) as box:
        try:
            whole = await box.rotate(now.astimezone(UTC).date())
        except KeysBusy:
            raise
        except MatError as stopped:
            raise RotationUnfinished(why=stopped.sentence) from None
    lines = [
        "Every month has a fresh key, everything stored is sealed to it anew, and the old keys are destroyed here."
    ]
    if not whole:
        lines.append(
            "Some of it could not be opened, as its key is destroyed or lost: that stays as it is. `status` says which month."
        )
    new_site = f"{SITE} was not there and is new: receipts handed out before find nothing any more."
    lines.append(new_site if lost else RECEIPTS_STAY)
    if (folder / TOKENS).exists():
        lines.append(
            f"{TOKENS}, which seals the tokens of added workspaces, stays. If it leaked too, give those tokens up in Slack."
        )
    found = survey(folder).months
    months = [found[month] for month in MonthFolder(folder).months()]
    return [
        *lines,
        RESTS,
        DISKS,
        *_to_delete(months),
        "Now make a new backup with --keys: older ones need the old keys.",
    ]


def destroyed(settings: Settings, words: str, today: date, confirm: Confirm) -> list[str]:
    """Destroys a month's keys and says where copies are. Raises NotAMonth, NoKeyOfMonth, NotConfirmed or KeysBusy."""
    require_own(settings)
    month, now = _month(words), situation(settings, today)
    keys = dict(now.months).get(month)
    if keys is None:
        here = ", ".join(name for name, its in now.months if its.here)
        raise NoKeyOfMonth(month=month, choices=here or "none")
    if keys.destroyed and not keys.here:
        return [f"The key of {month} was destroyed here on {max(keys.destroyed.values())}.", *_to_delete([keys])]
    if not confirm(
        f"This destroys the key of {month} for good: nobody can read the concerns that it seals, in no backup."
    ):
        raise NotConfirmed
    if not keys.here:
        return _given_up(settings, month, today)
    _destroy(settings, month, today)
    after = survey(settings.key_dir).months[month]
    seals = ["A fresh key seals what comes from now on."] if after.here else []
    return [f"The key of {month} is destroyed here.", *seals, DISKS, *_to_delete([after])]


def _given_up(settings: Settings, month: str, today: date) -> list[str]:
    """A key that was lost is noted as destroyed, so that nobody looks for it any more and no copy comes back."""
    folder = MonthFolder(settings.key_dir)
    folder.ledger.note_destroyed(of_month(folder.ledger.copies(), month) or (next_name(month, ()),), today)
    lines = [f"The key of {month} was not here. I noted it as destroyed, so that no restore puts a copy back."]
    return [*lines, *_to_delete([survey(settings.key_dir).months[month]])]


def _destroy(settings: Settings, month: str, today: date) -> None:
    folder = MonthFolder(settings.key_dir)
    with folder.changing():
        old = folder.files(month)
        if last_week(month) >= IsoWeek.of(today):
            # Before the old ones go: somebody may be raising a concern just now, and must find one.
            folder.fresh(month)
        folder.destroy(old, today)


def _month(words: str) -> str:
    try:
        return last_week(words).month
    except (ValueError, OverflowError):
        raise NotAMonth(words=words) from None


def _to_delete(months: Sequence[MonthKeys]) -> list[str]:
    copies = [copy for keys in months for copy in keys.to_delete]
    if not copies:
        return ["No copy of it is known."]
    return [f"Destroyed here, {number_of(copies)} to delete:", *list(listed("", copies))[1:]]


def _today() -> date:
    return datetime.now(UTC).date()


def _say(lines: Sequence[str]) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0
