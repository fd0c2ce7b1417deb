"""What is wrong with a form, collected so that each sentence stands at its own field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from commands.asking import Reply
from mat.errors import MatError


class Problems:
    """Block id → sentence, the first one for each block."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    @contextmanager
    def at(self, block: str) -> Iterator[None]:
        """An error inside is noted at this block, and what follows goes on."""
        try:
            yield
        except MatError as problem:
            self.found.setdefault(block, problem.sentence)

    def reply(self) -> Reply:
        return Reply(errors=self.found)
