"""What `make run` starts: the bot with both tokens, or with workspaces that were added; the demo with none. Never one for the other.

Over HTTP the signing secret stands in for the app token. Whoever asks for HTTP has a workspace, so there is no demo then.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from bot.settings import MAIN_STORE, Settings, Transport, read_settings
from bot.wrong_use import TokensMissing
from mat.errors import MatError, OneTokenMissing

WRONG_USE = 2


def which_command(settings: Settings) -> str:
    """`run` or `demo`. Raises OneTokenMissing or TokensMissing."""
    found, missing = (
        [name for name, token in settings.tokens.items() if bool(token) is there] for there in (True, False)
    )
    if not missing:
        return "run"
    if not found and _any_added(settings.data_dir / MAIN_STORE):
        return "run"
    if settings.transport is Transport.HTTP:
        raise TokensMissing(names=" and ".join(missing))
    if found:
        raise OneTokenMissing(found=found[0], missing=missing[0])
    return "demo"


def _any_added(file: Path) -> bool:
    """Whether a SQLite store names workspaces that were added. Before the requirements are there nothing else can look."""
    if not file.is_file():
        return False
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as store, suppress(sqlite3.Error):
        return bool(store.execute("SELECT 1 FROM installation WHERE leaving_at IS NULL LIMIT 1").fetchone())
    return False


def extras(settings: Settings) -> str:
    """The further requirement file that these settings need, or an empty word."""
    return "postgres" if settings.database_url.startswith("postgres") else ""


def main(words: Sequence[str]) -> int:
    """Says the command, or with the word `extras` those, on standard output; or what is wrong on standard error."""
    say = extras if "extras" in words else which_command
    try:
        sys.stdout.write(f"{say(read_settings())}\n")
    except MatError as problem:
        sys.stderr.write(f"matbot: {problem.sentence}\n")
        return WRONG_USE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
