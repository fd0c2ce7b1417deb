"""What `make run` starts: the bot with both tokens, the demo with none. Never one in place of the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from mat.errors import OneTokenMissing

TOKENS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")


def which_command(environ: Mapping[str, str], dotenv: Mapping[str, str | None]) -> str:
    """`run` or `demo`, from the environment and what `.env` holds. Blank is not set. Raises OneTokenMissing."""
    found = {name for name in TOKENS if (environ.get(name) or "").strip() or (dotenv.get(name) or "").strip()}
    if len(found) == 1:
        (missing,) = set(TOKENS) - found
        raise OneTokenMissing(found=found.pop(), missing=missing)
    return "run" if found else "demo"


def main() -> None:
    try:
        sys.stdout.write(which_command(os.environ, dotenv_values(Path(".env"))) + "\n")
    except OneTokenMissing as problem:
        sys.stderr.write(f"matbot: {problem.sentence}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
