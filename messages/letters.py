"""What is said about posts that were given up: the notice with its two buttons, and the answers to them."""

from __future__ import annotations

from mat.delivery import Post, PostState
from mat.letters import may_go_again
from mat.message import Message
from messages import block_kit as kit

STATES = {
    PostState.PENDING: "It waits to be sent already.",
    PostState.SENDING: "It is being sent already.",
    PostState.SENT: "It has been sent already.",
    PostState.DROPPED: "It has been dropped already.",
    PostState.DEAD: "It was given up, and sending it again cannot help: its time is over.",
    PostState.UNKNOWN: "It was given up, and sending it again cannot help: its time is over.",
}


def given_up(note: str, post: Post) -> Message:
    """The notice of one post that was given up. `note`: markup of ours."""
    value = kit.pack(clinic=post.clinic, post=post.id)
    buttons = [kit.button("Drop", "mat:post:drop", value, spoken="Drop: do not send this post")]
    if may_go_again(post):
        buttons.insert(0, kit.button("Send again", "mat:post:retry", value, style="primary"))
    return kit.message(note, [kit.section(note), kit.actions(*buttons)])


def named(post: Post) -> str:
    """`huddle agenda of Mon, January 4, 9:00 AM`, for the middle of a sentence."""
    moment = f" of {kit.day(post.local_at)}, {kit.clock_time(post.local_at)}" if post.local_at else ""
    return f"{post.kind.value.replace('-', ' ')}{moment}"


def decided(post: Post, user: str, *, again: bool) -> Message:
    """The notice once somebody has decided; it holds no buttons any more."""
    text = f"The {named(post)}: <@{user}> {'has it sent again' if again else 'has dropped it'}."
    return kit.message(text, [kit.section(text)])


def already(state: PostState) -> Message:
    """The answer to a press that comes too late."""
    return kit.message(STATES[state], [kit.section(STATES[state])])


def sends_again() -> Message:
    text = "I send it again now. If it fails again, I'll tell you."
    return kit.message(text, [kit.section(text)])


def drops() -> Message:
    text = "Dropped: I won't send it."
    return kit.message(text, [kit.section(text)])
