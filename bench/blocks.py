"""Builds the blocks of one status as plain dicts and as slack_sdk's classes; prints both times and their ratio.

python -m bench.blocks
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from messages import block_kit as kit

ROUNDS = 500


def as_dicts() -> list[Any]:
    blocks = [kit.header("Maple Street Clinic: where we stand")]
    blocks += [kit.section(f"*Track {n}*\n{kit.text_bar(3, 9)} 3 of 9 done") for n in range(2)]
    for n in range(8):
        button = kit.button("Done", "mat:milestone:done", kit.pack(clinic="maple", milestone=f"m{n}"))
        blocks.append(kit.section(f"Milestone {n}  ·  moving", accessory=button))
    buttons = [kit.button(label, f"mat:go:run#{label}") for label in ("Share", "Blocks", "Other")]
    return [*blocks, kit.context("Last huddle held: Mon."), kit.actions(*buttons)]


def as_classes() -> list[dict[str, Any]]:
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text="Maple Street Clinic: where we stand"))]
    blocks += [
        SectionBlock(text=MarkdownTextObject(text=f"*Track {n}*\n{kit.text_bar(3, 9)} 3 of 9 done")) for n in range(2)
    ]
    for n in range(8):
        value = kit.pack(clinic="maple", milestone=f"m{n}")
        button = ButtonElement(text="Done", action_id="mat:milestone:done", value=value)
        text = MarkdownTextObject(text=f"Milestone {n}  ·  moving")
        blocks.append(SectionBlock(text=text, accessory=button))
    buttons = [ButtonElement(text=label, action_id=f"mat:go:run#{label}") for label in ("Share", "Blocks", "Other")]
    blocks += [
        ContextBlock(elements=[MarkdownTextObject(text="Last huddle held: Mon.")]),
        ActionsBlock(elements=buttons),
    ]
    return [block.to_dict() for block in blocks]


def seconds(build: Callable[[], object]) -> float:
    build()
    started = time.perf_counter()
    for _ in range(ROUNDS):
        build()
    return (time.perf_counter() - started) / ROUNDS


def main() -> None:
    dicts, classes = seconds(as_dicts), seconds(as_classes)
    print(f"plain dicts {dicts * 1e6:.0f} µs   slack_sdk classes {classes * 1e6:.0f} µs   ratio {classes / dicts:.1f}")


if __name__ == "__main__":
    main()
