"""Registration with Bolt: a call you can read. Few listeners, because every one that does not match costs time."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from commands.desk import DeskOf
from commands.doors import Doors
from commands.everything import ACTIONS, ALIASES, COMMANDS, LOOKING, SHORTCUTS, UNREAD, VIEWS
from commands.home import home
from commands.listeners import Listeners, Start
from commands.slash_door import SlashDoor

EVENTS = ("app_home_opened",)
# Also what is not ours: Slack shows a warning sign beside a button that nobody acknowledges.
ANYTHING = re.compile("")


def doors() -> Doors:
    aliases = {word: COMMANDS[meant] for word, meant in ALIASES.items() if meant in COMMANDS}
    return Doors(
        commands=COMMANDS | aliases,
        actions=ACTIONS,
        views=VIEWS,
        shortcuts=SHORTCUTS,
        home=home,
        unread=UNREAD | {word for word, meant in ALIASES.items() if meant in UNREAD},
        looking=LOOKING,
    )


def register_commands(app: AsyncApp, desk_of: DeskOf, start: Start) -> Listeners:
    """Everything a person can do. `start` runs work after Slack has its answer."""
    listeners = Listeners(desk_of, doors(), start)
    app.use(SlashDoor(listeners))
    app.action(ANYTHING)(listeners.action)
    app.view(ANYTHING)(listeners.submission)
    app.view_closed(ANYTHING)(listeners.closed)
    app.shortcut(ANYTHING)(listeners.shortcut)
    app.event("app_home_opened")(listeners.home)
    return listeners
