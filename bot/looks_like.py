"""What Slack's tokens and ids look like, so that two that were swapped are noticed before Slack is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.wrong_use import OtherToken

KINDS: Mapping[str, tuple[str, str]] = {
    "SLACK_BOT_TOKEN": ("a bot token", "xoxb-"),
    "SLACK_APP_TOKEN": ("an app-level token", "xapp-"),
}
PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")


def other_kinds(tokens: Mapping[str, str]) -> Iterator[OtherToken]:
    """What is wrong with each of `tokens` (setting → value) that is not of its kind; an empty one is another matter."""
    for name, (kind, beginning) in KINDS.items():
        token = tokens.get(name, "")
        if token and not token.startswith(beginning):
            yield OtherToken(name=name, kind=kind, beginning=beginning)


def require_kinds(tokens: Mapping[str, str]) -> None:
    """Raises `OtherToken` for the first that is not of its kind."""
    wrong = next(other_kinds(tokens), None)
    if wrong is not None:
        raise wrong


def is_person_id(words: str) -> bool:
    """Whether it can be a person's Slack id."""
    return PERSON.fullmatch(words) is not None
