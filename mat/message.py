"""What the bot says, before anybody knows how it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A finished text: `text` reads well aloud on its own; `blocks` is the same for the eye (Block Kit)."""

    text: str
    blocks: tuple[Block, ...] = ()
