"""What the forms of concerns say: the words for a status, and the statements of fact.

Each promise has its proofs in tests/unit/messages/test_concern_promises.py, which fails when a sentence changes alone.
"""

from __future__ import annotations

from mat.concerns import Status

STATUS: dict[Status, str] = {
    Status.WAITING: "Waiting for an answer",
    Status.HEARD: "Heard",
    Status.DOING: "Doing",
    Status.DONE: "Done",
    Status.CANNOT: "Cannot, and why",
}

NAME_NOT_KEPT = "Your name is not kept, nor your user ID, the hour, or the order in which concerns came."
LINE_UNREAD = "Whatever you type after `/mat concern` I drop unread."

KEPT = (
    "Your words, sealed so that the file alone cannot be read; the topic; the week they came; the batch they went with.",
    "The answers, and what became of it. Your receipt is stored nowhere but with you.",
)
IN_MEMORY = (
    "In memory alone: until midnight UTC a scrambled mark that counts what you send, three a day at most; and for ten minutes "
    "your receipt, in case Slack sends the form twice."
)


def kept_for(days: int) -> str:
    """For how long, after the end of the week in which it came."""
    return f"All of that for {days} days after the end of the week it came in. Then I delete it, answered or not."


CANNOT_HIDE = (
    "Slack itself sees this form, and a court can ask Slack for it.",
    "Your style, and facts only you know, can give you away. So can somebody at your screen.",
    "Whoever runs the server could change this program.",
)
NOT_WATCHED = "Nobody watches this live. If anyone is in danger now, use the clinic's emergency and incident routes."
SUPERVISOR = "You can always talk to your supervisor instead."
NO_PATIENT = (
    "Please leave out everything about a patient: names, dates, numbers, rooms. "
    "I catch common ones; that does not make a text safe."
)
