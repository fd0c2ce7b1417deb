"""Key files on disk: written whole or not at all, read without a trace, destroyed as far as a disk lets that be done."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mat.errors import KeysBusy, KeysOpenToOthers

FOLDER_MODE = 0o700
FILE_MODE = 0o400
KEYS = ".key"
_COMING, _GOING = ".new", ".gone"
# Whoever else changes keys is done in a moment, but for a rotation with many concerns.
TRIES = 40
WAIT_SECONDS = 0.05


def make_folder(folder: Path) -> None:
    """Makes the folder for its owner alone, or finds it so, with every key in it. Raises KeysOpenToOthers."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    require_private(folder)


def require_private(folder: Path) -> None:
    """Raises KeysOpenToOthers where anybody but the owner could read the folder or a key in it."""
    for each, wanted in [(folder, FOLDER_MODE), *((folder / name, FILE_MODE) for name in names(folder))]:
        mode = stat.S_IMODE(each.stat().st_mode)
        if mode & ~wanted:
            raise KeysOpenToOthers(path=each, mode=f"{mode:04o}", wanted=f"{wanted:04o}")


def names(folder: Path) -> tuple[str, ...]:
    """The names of all key files, without setting the folder's access time."""
    opened = _unnoticed(str(folder), os.O_RDONLY | os.O_DIRECTORY)
    try:
        return tuple(sorted(name for name in os.listdir(opened) if name.endswith(KEYS)))  # noqa: PTH208 - of an open folder
    finally:
        os.close(opened)


def read(file: Path) -> bytes:
    """What a file holds, without setting its access time, which would tell when the first concern of a day was sealed."""
    with open(file, "rb", opener=_unnoticed) as opened:
        return opened.read()


def write_new(file: Path, key: bytes) -> bool:
    """All of it or nothing: a half-written key after a power cut would lose every text sealed to it.

    False where the file is there already, whoever wrote it, in this process or another: the first one stays.
    """
    while True:
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_COMING}")
        opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        try:
            with os.fdopen(opened, "wb") as new:
                new.write(key)
                new.flush()
                os.fsync(new.fileno())
            os.link(draft, file)
        except FileExistsError:
            return False
        except FileNotFoundError:
            # Swept away by `changing` as if a crash had left it.
            continue
        else:
            _to_disk(file.parent)
            return True
        finally:
            draft.unlink(missing_ok=True)


def destroy(file: Path) -> None:
    """Overwrites the file and takes it away. A disk that writes elsewhere, and a copy or snapshot, may keep the old bytes."""
    # Out of the way first: nobody may seal to what is half overwritten, and `changing` ends what a crash leaves.
    going = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_GOING}")
    with contextlib.suppress(FileNotFoundError):
        file.rename(going)
        _overwrite_and_unlink(going)


def _overwrite_and_unlink(going: Path) -> None:
    going.chmod(0o600)
    # A disk that is full may refuse to write; the file goes nevertheless.
    with contextlib.suppress(OSError), going.open("r+b") as opened:
        opened.write(bytes(going.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    going.unlink()
    _to_disk(going.parent)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """One process at a time replaces or destroys keys; what a crash left half-written goes first. Raises KeysBusy."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for left in reversed(range(TRIES)):
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise KeysBusy from None
                time.sleep(WAIT_SECONDS)
        for going in folder.glob(f".*{_GOING}"):
            _overwrite_and_unlink(going)
        for draft in folder.glob(f".*{_COMING}"):
            # Never overwritten: it may be the other name of a key that is in use, where a crash came between the two.
            draft.unlink(missing_ok=True)
        yield
    finally:
        os.close(opened)


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unnoticed(path: str, flags: int) -> int:
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        # For the owner of the file and for root only; whoever else may read it still has to.
        return os.open(path, flags)
