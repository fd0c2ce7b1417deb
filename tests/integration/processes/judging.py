"""What is wrong after everything has had its end."""

from __future__ import annotations

from collections.abc import Mapping

from mat.delivery import Post, PostKind, PostState
from messages.marks import REPEAT
from tests.fakes.slack_world import PostedMessage
from tests.integration.processes.street import POSTS_A_CLINIC, Street, clinic_of


def _ended_well(post: Post, copies: Mapping[str, list[PostedMessage]]) -> bool:
    """Sent; or told that nobody knows, which only a marked repeat may come to, and that it does not go a third time."""
    return post.state is PostState.SENT or (post.state is PostState.UNKNOWN and post.repeat and post.id in copies)


async def faults_of(one: Street, clinics: int) -> list[str]:
    """What is wrong: posts lost, silently doubled, or out of order in their channel."""
    copies = one.copies()
    # Beside what was asked for there are words to the leads about what comes again, or is not known.
    posts = [post for post in await one.posts() if post.kind is not PostKind.NOTICE or post.note.startswith("Note ")]
    found = (
        [f"{len(posts)} posts, not {clinics * POSTS_A_CLINIC}: {[post.note for post in posts]}"]
        if len(posts) != clinics * POSTS_A_CLINIC
        else []
    )
    found += [f"{post.kind} is {post.state} ({post.error})" for post in posts if not _ended_well(post, copies)]
    found += [f"{post.kind} stands nowhere" for post in posts if post.id not in copies]
    for key, standing in copies.items():
        if len(standing) > 2 or any(REPEAT not in message.text for message in standing[1:]):
            found.append(f"{key} stands {len(standing)} times")
    for number in range(clinics):
        notes = [
            message.text for message in one.slack.world.messages_in(clinic_of(number).channel) if "Note" in message.text
        ]
        if list(dict.fromkeys(text[-1] for text in notes)) != ["0", "1"]:
            found.append(f"out of order: {notes}")
    return found
