"""Everything a person can do, in one visible list."""

from __future__ import annotations

from collections.abc import Mapping

from commands import (
    agenda,
    asks,
    concern,
    concern_inbox,
    concern_said,
    digest,
    go,
    huddle,
    letters,
    meeting,
    milestone,
    plan,
    privacy,
    setup,
    status,
    team,
    today,
)
from commands import help as helping
from commands.asking import Handler

# Words whose line is dropped before anybody looks at it.
UNREAD = frozenset({"concern"})

# Words that change nothing, so that it does no harm to do them twice.
LOOKING = frozenset({"status", "help"})

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
    huddle.COMMANDS,
    agenda.COMMANDS,
    plan.COMMANDS,
    asks.COMMANDS,
    digest.COMMANDS,
    helping.COMMANDS,
    setup.COMMANDS,
    team.COMMANDS,
    privacy.COMMANDS,
    concern.COMMANDS,
    concern_inbox.COMMANDS,
)

ACTIONS = merged(
    letters.ACTIONS,
    go.go_handlers(COMMANDS | {word: COMMANDS[meant] for word, meant in ALIASES.items() if meant in COMMANDS}),
    status.ACTIONS,
    milestone.ACTIONS,
    huddle.ACTIONS,
    meeting.ACTIONS,
    agenda.ACTIONS,
    plan.ACTIONS,
    asks.ACTIONS,
    helping.ACTIONS,
    setup.ACTIONS,
    team.ACTIONS,
    privacy.ACTIONS,
    concern.ACTIONS,
    concern_inbox.ACTIONS,
    concern_said.ACTIONS,
)

VIEWS = merged(
    milestone.VIEWS,
    huddle.VIEWS,
    agenda.VIEWS,
    plan.VIEWS,
    asks.VIEWS,
    setup.VIEWS,
    team.VIEWS,
    privacy.VIEWS,
    concern.VIEWS,
    concern_inbox.VIEWS,
    concern_said.VIEWS,
)

SHORTCUTS: dict[str, Handler] = merged(agenda.SHORTCUTS, concern.SHORTCUTS)
