"""`/mat help` in words and blocks."""

from __future__ import annotations

from collections.abc import Sequence

from mat.help import Topic
from mat.message import Message
from messages import block_kit as kit

READER = " You read concerns: `/mat inbox`."


def few(topics: Sequence[Topic], *, reads: bool = False) -> Message:
    """The commands for this person, one line each, and the way to the rest. `reads`: the person reads concerns."""
    lines = [f"• {_line(t)}" for t in topics]
    first = next(t.word for t in topics if t.word)
    buttons = kit.actions(
        kit.button("All commands", "mat:help:all"),
        kit.button("Privacy", "mat:go:run#privacy", kit.pack(line="privacy")),
    )
    blocks = [
        kit.section("*What you can do*\n" + "\n".join(lines)),
        kit.context(f"`/mat help {first}` says more about one.{READER if reads else ''}"),
        buttons,
    ]
    return kit.message("What you can do: " + "; ".join(_spoken(t) for t in topics), blocks)


def everything(topics: Sequence[Topic]) -> Message:
    lines = "\n".join(f"• {_line(t)}" for t in topics)
    return kit.message("; ".join(_spoken(t) for t in topics), [kit.section(f"*All commands*\n{lines}")])


def one(topic: Topic) -> Message:
    lines = [f"*{_typed(topic)}*: {topic.does}.", *topic.more, f"For example: `{topic.example}`"]
    button = kit.button(f"Try {_typed(topic)}", "mat:go:run#try", kit.pack(line=topic.word))
    return kit.message(" ".join(lines), [kit.section("\n".join(lines)), kit.actions(button)])


def unknown(word: str, nearest: str) -> Message:
    """`nearest`: the command it may mean, `help` where none comes near."""
    shown = kit.escape(kit.cut(word, 40))
    everything = kit.button("All commands", "mat:help:all")
    if nearest == "help":
        text = f"I have no help about “{shown}”. *All commands* shows what I can do."
        return kit.message(text, [kit.section(text), kit.actions(everything)])
    line = f"help {nearest}"
    text = f"I have no help about “{shown}”. Did you mean `/mat {line}`?"
    ask = kit.button(f"/mat {line}", "mat:go:run", kit.pack(line=line), style="primary")
    return kit.message(text, [kit.section(text), kit.actions(ask, everything)])


def _typed(topic: Topic) -> str:
    return f"/mat {topic.word}".strip()


def _line(topic: Topic) -> str:
    return f"`{_typed(topic)}`  {topic.does}"


def _spoken(topic: Topic) -> str:
    return f"{_typed(topic)}, {topic.does}"
