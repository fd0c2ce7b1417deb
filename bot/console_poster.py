"""Posts onto the screen, for `preview`: what would be said, to whom, and which buttons it would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from mat.message import Message
from mat.ports import Clock, Posted


@dataclass(slots=True)
class ConsolePoster:
    """`mat.ports.Poster` that writes lines with `write` and remembers them for as long as it lives."""

    write: Callable[[str], object]
    clock: Clock
    _written: dict[str, tuple[datetime, Posted]] = field(default_factory=dict)

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        del name  # nobody loses a screen's records
        now = self.clock()
        posted = Posted(target, f"{now.timestamp():.0f}.{len(self._written) + 1:06d}")
        self._written[key] = (now, posted)
        self._show(f"To {target}" + (f", in thread {thread_ts}" if thread_ts else ""), message)
        return posted

    async def update(self, channel: str, ts: str, message: Message) -> None:
        self._show(f"Changed in {channel}, {ts}", message)

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        at, posted = self._written.get(key, (since, None))
        return posted if posted is not None and posted.channel == channel and at >= since else None

    def of(self, _workspace: str, /) -> ConsolePoster:
        return self

    def _show(self, head: str, message: Message) -> None:
        for line in (head, *(f"  {line}" for line in as_lines(message))):
            self.write(line)


def as_lines(message: Message) -> Iterator[str]:
    """A message for a screen that knows no blocks: its texts in order, buttons in brackets."""
    if not message.blocks:
        yield unescape(message.text)
    for block in message.blocks:
        texts = [block["text"]] if "text" in block else [e for e in block.get("elements", ()) if e["type"] != "button"]
        for text in texts:
            words = str(text.get("text", ""))
            yield from (unescape(words) if text.get("type") == "mrkdwn" else words).splitlines()
        parts = (*block.get("elements", ()), *((block["accessory"],) if "accessory" in block else ()))
        buttons = [f"[{part['text']['text']}]" for part in parts if part["type"] == "button"]
        if buttons:
            yield " ".join(buttons)
