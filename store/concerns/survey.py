"""What is known of the keys, month by month: which are here, which were destroyed, where copies were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.concerns import key_files
from store.concerns.keys import KEY_BYTES, SITE, months_of, of_month
from store.concerns.ledger import Ledger


@dataclass(frozen=True, slots=True)
class MonthKeys:
    """The key files of one month (or the site key): names of those here, newest first, and of those that are no key any more.

    `destroyed`: name → day. `copies`: name → files that may still be there; not those whose folder is there and holds them no more.
    `unlike`: copies that can be read and hold another key than the file of that name here.
    """

    here: tuple[str, ...]
    damaged: tuple[str, ...]
    destroyed: Mapping[str, date]
    copies: Mapping[str, tuple[Path, ...]]
    unlike: tuple[Path, ...]

    @property
    def to_delete(self) -> tuple[Path, ...]:
        """Copies of keys that were destroyed here."""
        return tuple(copy for name in self.destroyed if name not in self.here for copy in self.copies.get(name, ()))

    @property
    def kept(self) -> tuple[Path, ...]:
        """Copies of keys that are here."""
        return tuple(copy for name in self.here for copy in self.copies.get(name, ()))


@dataclass(frozen=True, slots=True)
class Survey:
    """`months`: by month (`2026-11`), oldest first."""

    site: MonthKeys
    months: Mapping[str, MonthKeys]


def survey(folder: Path) -> Survey:
    """Looks at the key folder and changes nothing in it. Raises KeysOpenToOthers and OSError."""
    here = _safe_names(folder) if folder.exists() else ()
    ledger = Ledger(folder)
    destroyed = ledger.destroyed()
    copies = {name: tuple(file for file in files if may_be(file)) for name, files in ledger.copies().items()}
    known = months_of({*here, *destroyed, *copies})

    def of(names: tuple[str, ...]) -> MonthKeys:
        mine = tuple(name for name in names if name in here)
        bad = tuple(name for name in mine if not _is_key(folder / name))
        found = {name: copies[name] for name in names if copies.get(name)}
        other = tuple(copy for name in mine for copy in found.get(name, ()) if _is_unlike(folder / name, copy))
        return MonthKeys(mine, bad, {name: destroyed[name] for name in names if name in destroyed}, found, other)

    return Survey(of((SITE,)), {month: of(of_month({*here, *destroyed, *copies}, month)) for month in known})


def may_be(copy: Path) -> bool:
    """Whether a copy is there, or cannot be looked for as its folder is not there (a disk that is not plugged in)."""
    try:
        return copy.exists() or not copy.parent.exists()
    except OSError:
        return True


def _safe_names(folder: Path) -> tuple[str, ...]:
    key_files.require_private(folder)
    return key_files.names(folder)


def _is_unlike(file: Path, copy: Path) -> bool:
    try:
        return copy.exists() and copy.read_bytes() != key_files.read(file)
    except OSError:
        # Somebody else's, or a disk that is going: nothing can be said.
        return False


def _is_key(file: Path) -> bool:
    key = key_files.read(file)
    return len(key) == KEY_BYTES and any(key)
