"""Everything a person can do, in one visible list."""

from __future__ import annotations

from collections.abc import Mapping

from commands import asks, digest, go, milestone, privacy, setup, status, team, today
from commands import help as helping
from commands.asking import Handler

# Words whose line is dropped before anybody looks at it.
UNREAD = frozenset({"concern"})

# Other words for the same thing; never shown.
ALIASES: Mapping[str, str] = {"todo": "", "mine": "", "concerns": "concern", "huddles": "huddle", "ask": "asks"}


def merged(*tables: Mapping[str, Handler]) -> dict[str, Handler]:
    """One table of several. Raises `ValueError` where two claim the same name."""
    everything: dict[str, Handler] = {}
    for table in tables:
        if doubled := everything.keys() & table.keys():
            raise ValueError(f"two handlers for {sorted(doubled)}")
        everything |= table
    return everything


COMMANDS = merged(
    today.COMMANDS,
    status.COMMANDS,
    milestone.COMMANDS,
    asks.COMMANDS,
    digest.COMMANDS,
    helping.COMMANDS,
    setup.COMMANDS,
    team.COMMANDS,
    privacy.COMMANDS,
)

ACTIONS = merged(
    go.go_handlers(COMMANDS | {word: COMMANDS[meant] for word, meant in ALIASES.items() if meant in COMMANDS}),
    status.ACTIONS,
    milestone.ACTIONS,
    asks.ACTIONS,
    helping.ACTIONS,
    setup.ACTIONS,
    team.ACTIONS,
    privacy.ACTIONS,
)

VIEWS = merged(
    milestone.VIEWS,
    asks.VIEWS,
    setup.VIEWS,
    team.VIEWS,
    privacy.VIEWS,
)

SHORTCUTS: dict[str, Handler] = merged()
