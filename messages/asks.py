"""`/mat asks`: what the team asks of leadership."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mat.asks import Ask, AskState
from mat.clinic import Clinic
from mat.message import Block, Message, View
from messages import block_kit as kit
from messages.digest import ask_row

SHOWN = 10
ANSWERS_SHOWN = 3
LATELY = timedelta(weeks=4)
TEXT = 300
ANSWER = 300


def asks(clinic: Clinic, found: Sequence[Ask], now: datetime, *, may_add: bool, may_answer: bool) -> Message:
    """`found`: every ask, oldest first. Open ones with their buttons, then what was answered lately."""
    waiting = [ask for ask in found if ask.state is AskState.OPEN]
    blocks: list[Block] = [kit.header("What we ask of leadership")]
    if not waiting:
        blocks.append(
            kit.section("Nothing is open. `/mat asks add half a day for training` puts something in the next digest.")
        )
    for number, ask in enumerate(waiting[:SHOWN]):
        blocks += ask_row(ask, clinic.id, number, now)[: None if may_answer else 1]
    hidden = len(waiting) - SHOWN
    if hidden > 0:
        blocks.append(kit.context(f"and {hidden} more, shown once these are answered"))
    lately = _lately(found, now)
    if lately:
        blocks.append(kit.section("*Answered lately*\n" + "\n".join(f"• {line}" for line in lately)))
    if may_add:
        blocks.append(kit.actions(kit.button("Add an ask", "mat:ask:add", kit.pack(clinic=clinic.id))))
    texts = "; ".join(kit.escape(a.text) for a in waiting[:SHOWN])
    spoken = [f"Open asks: {texts}." if texts else "No open asks.", "Answered lately:" if lately else "", *lately]
    return kit.message(" ".join(filter(None, spoken)), blocks)


def _lately(found: Sequence[Ask], now: datetime) -> list[str]:
    """What leadership answered within four weeks, the latest first; what was taken back is nobody's business."""
    answers = [a for a in found if a.answered_at is not None and now - a.answered_at <= LATELY and not _taken_back(a)]
    answers.sort(key=lambda ask: ask.answered_at or now, reverse=True)
    return [_outcome(ask) for ask in answers[:ANSWERS_SHOWN]]


def _taken_back(ask: Ask) -> bool:
    return ask.state is AskState.NOT_NOW and not ask.answer


def added(clinic: Clinic, ask: Ask, when: str) -> Message:
    """`when`: the next digest, in words."""
    text = f"*Asked:* “{kit.escape(ask.text)}”. Leadership sees it in the next digest, {when}."
    take_back = kit.button("Take it back", "mat:ask:takeback", kit.pack(clinic=clinic.id, ask=ask.id))
    return kit.message(text, [kit.section(text), kit.actions(take_back)])


def answered(ask: Ask, clinic: Clinic | None = None, *, undo_for: str = "") -> Message:
    """How it stands now. With a clinic, whoever answered (`undo_for`: a user id) gets *Undo*."""
    text = _outcome(ask)
    if clinic is None or not undo_for or ask.answered_by != undo_for:
        return kit.message(text, [kit.section(text)])
    undo = kit.button("Undo", "mat:ask:undo", kit.pack(clinic=clinic.id, ask=ask.id))
    return kit.message(text, [kit.section(text), kit.actions(undo)])


def told(clinic: Clinic, ask: Ask) -> str:
    """The notice to whoever asked."""
    if ask.state is AskState.OPEN:
        return f"{kit.escape(clinic.name)}: leadership has taken back its answer to your ask. {_outcome(ask)}"
    return f"{kit.escape(clinic.name)}: leadership has answered your ask. {_outcome(ask)}"


def _outcome(ask: Ask) -> str:
    outcome = {
        AskState.TAKEN: f"<@{ask.answered_by}> will do it",
        AskState.NOT_NOW: "taken back" if _taken_back(ask) else f"not now, “{kit.escape(ask.answer)}”",
        AskState.OPEN: "open",
    }[ask.state]
    return f"“{kit.escape(ask.text)}”: {outcome}."


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
            hint="Whoever asked gets your answer, and the team sees it in /mat asks.",
        ),
    ]
    metadata = kit.pack(clinic=clinic.id, ask=ask.id)
    return kit.modal("Not now", "mat:ask:notnow", blocks, submit="Send", metadata=metadata)
