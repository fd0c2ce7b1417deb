"""The one message about concerns. It never says how many came: the same bytes for none and for many."""

from __future__ import annotations

from mat.clinic import Clinic
from mat.message import Message
from messages import block_kit as kit


def batch_notice(clinic: Clinic) -> Message:
    """Goes to each reader at the batch's hour on every working day."""
    text = f"*{kit.escape(clinic.name)}:* today's batch of concerns is in the inbox. It may be empty; I don't say here."
    return _with_inbox(clinic, text)


def released_now(clinic: Clinic) -> Message:
    """Goes to each reader when somebody chose not to wait for the batch."""
    text = f"*{kit.escape(clinic.name)}:* somebody chose not to wait for the batch. It is in the inbox now."
    return _with_inbox(clinic, text)


def _with_inbox(clinic: Clinic, text: str) -> Message:
    button = kit.button("Open the inbox", "mat:concern:inbox", kit.pack(clinic=clinic.id), style="primary")
    return kit.message(text, [kit.section(text), kit.actions(button)])
