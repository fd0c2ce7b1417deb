"""What `make run` starts: the bot with both tokens, the demo with none. Never one in place of the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.settings import Settings, read_settings
from mat.errors import MatError, OneTokenMissing

WRONG_USE = 2


def which_command(settings: Settings) -> str:
    """`run` or `demo`. Raises OneTokenMissing."""
    tokens = {"SLACK_BOT_TOKEN": settings.slack_bot_token, "SLACK_APP_TOKEN": settings.slack_app_token}
    found = [name for name, token in tokens.items() if token.get_secret_value().strip()]
    if len(found) == 1:
        (missing,) = set(tokens) - set(found)
        raise OneTokenMissing(found=found[0], missing=missing)
    return "run" if found else "demo"


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
