"""`posts`: what waits and what was given up; `posts retry ID` and `posts drop ID` decide about what was given up."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.settings import Settings, read_settings
from bot.stores import open_work
from bot.wrong_use import NoPostWithId, SeveralPostsWithId
from mat.clinic import Clinic
from mat.delivery import Post, PostState
from mat.letters import GIVEN_UP, again, dropped, may_go_again
from mat.ports import Books, Clock
from mat.zones import in_zone
from messages.block_kit import clock_time
from messages.letters import STATES, named

FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)
LISTED = 1000
SHORT = 8


def posts(*, dead: bool) -> int:
    lines = asyncio.run(listed(read_settings(), dead=dead))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def decide(id_: str, *, send: bool) -> int:
    sys.stdout.write(f"{asyncio.run(decided(read_settings(), id_, send=send, clock=lambda: datetime.now(UTC)))}\n")
    return 0


async def listed(settings: Settings, *, dead: bool) -> list[str]:
    """The lines to print, oldest due first. Raises like `open_work`."""
    async with open_work(settings) as work, work.reading() as books:
        found = await _known(books, waiting=not dead)
        clinics = {(clinic.workspace, clinic.id): clinic for clinic in await books.clinics.all()}
    if not found:
        return ["No post was given up." if dead else "No post waits, and none was given up."]
    return [_line(post, clinics.get((post.workspace, post.clinic))) for post in found]


async def decided(settings: Settings, id_: str, *, send: bool, clock: Clock) -> str:
    """What became of it. Said twice, the second time changes nothing. Raises `NoPostWithId`, `SeveralPostsWithId`."""
    async with open_work(settings) as work, work.writing() as books:
        post = await _meant(books, id_)
        if post.state not in GIVEN_UP or (send and not may_go_again(post)):
            return STATES[post.state]
        await books.outbox.save(again(post, clock()) if send else dropped(post))
        await books.commit()
    if send:
        return f"The {named(post)} goes to {post.target} again, by the running bot or with the next start."
    return f"Dropped: the {named(post)} to {post.target} is not sent."


async def _known(books: Books, *, waiting: bool) -> Sequence[Post]:
    found = [*await books.outbox.troubled()]
    if waiting:
        found += [*await books.outbox.in_doubt(), *await books.outbox.ready(FAR_AWAY, LISTED)]
    return sorted(found, key=lambda post: (post.due_at, post.id))


async def _meant(books: Books, id_: str) -> Post:
    """The post with this id, or the only one that was given up whose id begins so."""
    exact = await books.outbox.get(id_)
    if exact is not None:
        return exact
    found = [post for post in await books.outbox.troubled() if id_ and post.id.startswith(id_)]
    if not found:
        raise NoPostWithId(id=id_)
    if len(found) > 1:
        raise SeveralPostsWithId(id=id_)
    return found[0]


def _line(post: Post, clinic: Clinic | None) -> str:
    due = in_zone(post.due_at, clinic.zone) if clinic else post.due_at
    moment = f"{due:%Y-%m-%d} {clock_time(due)} {due.tzname()}"
    state = "given up" if post.state is PostState.DEAD else post.state.value
    why = f" ({post.error})" if post.error else ""
    where = clinic.name if clinic else post.clinic
    return f"{post.id[:SHORT]}  {moment}  {state}{why}  {post.kind.value} to {post.target}, {where}"
