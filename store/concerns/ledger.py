"""What the key folder notes of its keys: where copies were written, and which were destroyed. Names and dates, no key."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from store.concerns import key_files

COPIES = "copies.txt"
DESTROYED = "destroyed.txt"
_MODE = 0o600


class Ledger:
    """Two lists of lines in the key folder. A line that cannot be read is passed over, so that a torn one stops nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copies(self) -> Mapping[str, tuple[Path, ...]]:
        """Name of a key file → the files that it was copied to, as far as this folder knows."""
        found: dict[str, dict[Path, None]] = defaultdict(dict)
        for _, name, where in _lines(self._folder / COPIES, 3):
            found[name][Path(where) / name] = None
        return {name: tuple(files) for name, files in found.items()}

    def note_copies(self, names: Iterable[str], where: Path, on: date) -> None:
        """Before they are written: rather a copy too many in the list than one that nobody knows of."""
        known = self.copies()
        new = [name for name in names if where / name not in known.get(name, ())]
        _append(self._folder / COPIES, [f"{on}\t{name}\t{where}" for name in new])

    def destroyed(self) -> Mapping[str, date]:
        """Name of a key file → when it was destroyed here."""
        found = {}
        for day, name in _lines(self._folder / DESTROYED, 2):
            try:
                found[name] = date.fromisoformat(day)
            except ValueError:
                continue
        return found

    def note_destroyed(self, names: Iterable[str], on: date) -> None:
        known = self.destroyed()
        _append(self._folder / DESTROYED, [f"{on}\t{name}" for name in names if name not in known])


def _lines(file: Path, parts: int) -> Iterator[list[str]]:
    try:
        written = key_files.read(file).decode(errors="replace")
    except FileNotFoundError:
        return
    for line in written.splitlines():
        if len(found := line.split("\t", parts - 1)) == parts:
            yield found


def _append(file: Path, lines: list[str]) -> None:
    if not lines:
        return
    opened = os.open(file, os.O_CREAT | os.O_APPEND | os.O_RDWR, _MODE)
    with os.fdopen(opened, "ab") as written:
        # Behind a line that a crash tore off, ours would be lost with it.
        whole = not written.tell() or os.pread(opened, 1, written.tell() - 1) == b"\n"
        written.write(("" if whole else "\n").encode() + "".join(f"{line}\n" for line in lines).encode())
        written.flush()
        os.fsync(opened)
