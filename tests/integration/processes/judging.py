"""What is wrong after everything has had its end."""

from __future__ import annotations

from collections.abc import Mapping

from mat.delivery import Post, PostKind, PostState
from messages.marks import REPEAT
from tests.fakes.slack_world import PostedMessage
from tests.integration.processes.street import POSTS_A_CLINIC, Street, clinic_of


def _ended_well(post: Post, copies: Mapping[str, list[PostedMessage]]) -> bool:
    """Sent and standing there; or told to the leads as unknown, which only a marked repeat may come to: it does not go a third time."""
    return post.id in copies if post.state is PostState.SENT else post.state is PostState.UNKNOWN and post.repeat


async def faults_of(one: Street, clinics: int) -> list[str]:
    """What is wrong: posts lost, silently doubled, or out of order in their channel."""
    copies, wanted = one.copies(), clinics * POSTS_A_CLINIC
    # Beside what was asked for there are words to the leads about what comes again, or is not known.
    posts = [post for post in await one.posts() if post.kind is not PostKind.NOTICE or post.note.startswith("Note ")]
    found = [f"{len(posts)} posts, not {wanted}"] if len(posts) != wanted else []
    found += [f"{post.kind} is {post.state} ({post.error})" for post in posts if not _ended_well(post, copies)]
    for key, standing in copies.items():
        if len(standing) > 2 or any(REPEAT not in message.text for message in standing[1:]):
            found.append(f"{key} stands {len(standing)} times")
    for number in range(clinics):
        notes = [m.text for m in one.slack.world.messages_in(clinic_of(number).channel) if "Note" in m.text]
        first = list(dict.fromkeys(text[-1] for text in notes))
        if first != sorted(first):
            found.append(f"out of order: {notes}")
    return found
