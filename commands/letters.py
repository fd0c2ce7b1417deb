"""*Send again* and *Drop* under the notice of a post that was given up."""

from __future__ import annotations

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.place import place
from mat.delivery import Post
from mat.errors import NoSuchPostHere
from mat.letters import GIVEN_UP, again, dropped, may_go_again
from mat.permissions import Action
from mat.ports import Books
from messages import letters as wording


async def retry(desk: Desk, ask: Ask) -> Reply:
    """Pressed twice, or after somebody else has decided, it changes nothing and says so."""
    async with desk.work.writing() as books:
        post = await _named(desk, books, ask)
        if not may_go_again(post):
            return Reply(message=wording.already(post.state), fresh=True)
        await books.outbox.save(again(post, desk.clock()))
        await books.commit()
    desk.wake()
    return Reply(message=wording.sends_again(), fresh=True, public=wording.decided(post, ask.user, again=True))


async def drop(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        post = await _named(desk, books, ask)
        if post.state not in GIVEN_UP:
            return Reply(message=wording.already(post.state), fresh=True)
        await books.outbox.save(dropped(post))
        await books.commit()
    return Reply(message=wording.drops(), fresh=True, public=wording.decided(post, ask.user, again=False))


async def _named(desk: Desk, books: Books, ask: Ask) -> Post:
    """The post of the button, if it is one of the clinic's. Raises `NoSuchPostHere` and what `place` raises."""
    here = await place(desk, books, ask, Action.HANDLE_POSTS)
    post = await books.outbox.get(ask.value.get("post", ""))
    if post is None or (post.workspace, post.clinic) != (here.clinic.workspace, here.clinic.id):
        raise NoSuchPostHere
    return post


ACTIONS: dict[str, Handler] = {"post:retry": retry, "post:drop": drop}
