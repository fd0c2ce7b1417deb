"""`/mat asks`: what the team asks of leadership."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mat.asks import Ask, AskState
from mat.clinic import Clinic
from mat.message import Block, Message, View
from messages import block_kit as kit
from messages.digest import ask_row

SHOWN = 10
TEXT = 300
ANSWER = 300


def asks(clinic: Clinic, found: Sequence[Ask], now: datetime, *, may_add: bool, may_answer: bool) -> Message:
    blocks: list[Block] = [kit.header("What we ask of leadership")]
    if not found:
        blocks.append(
            kit.section("Nothing is open. `/mat asks add half a day for training` puts something in the next digest.")
        )
    for number, ask in enumerate(found[:SHOWN]):
        blocks += ask_row(ask, clinic.id, number, now)[: None if may_answer else 1]
    hidden = len(found) - SHOWN
    if hidden > 0:
        blocks.append(kit.context(f"and {hidden} more, shown once these are answered"))
    if may_add:
        blocks.append(kit.actions(kit.button("Add an ask", "mat:ask:add", kit.pack(clinic=clinic.id))))
    texts = "; ".join(kit.escape(a.text) for a in found[:SHOWN])
    return kit.message(f"Open asks: {texts}." if texts else "No open asks.", blocks)


def added(clinic: Clinic, ask: Ask, when: str) -> Message:
    """`when`: the next digest, in words."""
    text = f"*Asked:* “{kit.escape(ask.text)}”. Leadership sees it in the next digest, {when}."
    take_back = kit.button("Take it back", "mat:ask:takeback", kit.pack(clinic=clinic.id, ask=ask.id))
    return kit.message(text, [kit.section(text), kit.actions(take_back)])


def answered(ask: Ask) -> Message:
    outcome = {
        AskState.TAKEN: f"<@{ask.answered_by}> will do it",
        AskState.NOT_NOW: f"not now: {kit.escape(ask.answer)}" if ask.answer else "taken back",
        AskState.OPEN: "open",
    }[ask.state]
    text = f"“{kit.escape(ask.text)}”: {outcome}."
    return kit.message(text, [kit.section(text)])


def add_form(clinic: Clinic, ask: str) -> View:
    """`ask`: the id it will have, so that sending the form twice adds one."""
    hint = "A decision, time, money, a person. Nothing about a patient, please."
    blocks = [
        kit.field(
            "What do you need from leadership?", kit.text_field("mat:text", max_length=TEXT), block_id="text", hint=hint
        )
    ]
    return kit.modal("Add an ask", "mat:ask:add", blocks, submit="Ask", metadata=kit.pack(clinic=clinic.id, ask=ask))


def not_now_form(clinic: Clinic, ask: Ask) -> View:
    blocks = [
        kit.section(kit.escape(ask.text)),
        kit.field(
            "Why not now?",
            kit.text_field("mat:why", max_length=ANSWER),
            block_id="why",
            hint="The team sees your answer.",
        ),
    ]
    metadata = kit.pack(clinic=clinic.id, ask=ask.id)
    return kit.modal("Not now", "mat:ask:notnow", blocks, submit="Send", metadata=metadata)
