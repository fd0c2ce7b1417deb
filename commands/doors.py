"""What a person can ask for, as tables: sub-command, button, modal and shortcut → handler."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands.asking import Ask, Handler
from mat.help import nearest
from mat.message import Message, View
from messages import trouble

if TYPE_CHECKING:
    from commands.desk import Desk


GLUED = re.compile(r"\W*(\w+)\W*")


@dataclass(frozen=True, slots=True)
class Doors:
    """`unread`: sub-commands whose line is dropped before anybody looks at it. `looking`: those that change nothing."""

    commands: Mapping[str, Handler]
    actions: Mapping[str, Handler]
    views: Mapping[str, Handler]
    shortcuts: Mapping[str, Handler]
    home: Callable[[Desk, Ask], Awaitable[View]]
    unread: frozenset[str]
    looking: frozenset[str]

    def meant(self, word: str) -> str:
        """The sub-command that a word is, whatever marks stand around it: `“status”`, `concern:`.

        One whose line is unread is found where more is glued to it too (`concern,phones`): no word of it may be shown again.
        """
        found = GLUED.match(word)
        if word in self.commands or found is None:
            return word
        whole = found.end() == len(word) or found[1] in self.unread
        return found[1] if whole and found[1] in self.commands else word

    @staticmethod
    def unknown(word: str) -> Message:
        """The nearest command with a button; the word itself is shown escaped and cut, for it may be anything."""
        return trouble.unknown_word(word, nearest(word))
