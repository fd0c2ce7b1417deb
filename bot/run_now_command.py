"""`run-now <post>`: an extra copy, marked as such. A running bot sends it; where none runs, this command does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from bot.build import Bot, build_bot
from bot.naming import clinic_meant, of_series, post_meant
from bot.reasons import in_words
from bot.settings import read_settings
from mat.delivery import Post, PostState
from mat.errors import StoreIsInUse
from mat.ports import NotPosted, PostFailed, Refused
from scheduler import outcomes
from scheduler.ahead import extra_copies
from scheduler.composing import NotWanted
from store.running import only_running

LOOKS = 50
LOOK_EVERY_SECONDS = 0.2
OVER = frozenset({PostState.SENT, PostState.DEAD, PostState.UNKNOWN, PostState.DROPPED})


def run_now(post: str, *, clinic: str) -> int:
    post_meant(post)  # wrong use is said before any records are opened
    settings = read_settings()

    async def run() -> int:
        async with build_bot(settings) as bot:
            await bot.workspaces.look()
            return await ran_now(bot, post, clinic)

    return asyncio.run(run())


async def ran_now(bot: Bot, words: str, name: str) -> int:
    """Puts the copies into the outbox, sees to it that they go, and says what became of each; 1 if one did not go."""
    posts = await _added(bot, words, name)
    try:
        with only_running(bot.settings.database_url):
            for post in posts:
                await _send(bot, post)
    except StoreIsInUse:
        await _wait_for_running_bot(bot, posts)
    async with bot.desk.work.reading() as books:
        after = [await books.outbox.get(post.id) or post for post in posts]
    for post in after:
        sys.stdout.write(f"{_outcome(post)}\n")
    return int(any(post.state is not PostState.SENT for post in after))


async def _added(bot: Bot, words: str, name: str) -> tuple[Post, ...]:
    kind, title = post_meant(words)
    desk = bot.desk
    async with desk.work.writing() as books:
        clinic = clinic_meant(await books.clinics.all(), name)
        copies = await extra_copies(books, clinic, kind, now=desk.clock(), new_id=desk.new_id)
        posts = of_series(copies, title, await books.at(clinic).huddles.series(), clinic)
        for post in posts:
            await books.outbox.add(post)
        await books.commit()
    return posts


async def _send(bot: Bot, post: Post) -> None:
    """One try. What does not get through waits for the bot to run; what was lost on the way is for its courier to find."""
    clock = bot.desk.clock
    async with bot.desk.work.writing() as books:
        try:
            composed = await bot.delivery.compositor.compose(books, post, clock())
        except NotWanted as no:
            await books.outbox.save(outcomes.dropped(post, no.reason))
            await books.commit()
            return
        intent = outcomes.sending(composed.post, clock(), attempts=1)
        await books.outbox.save(intent)
        await books.commit()
    try:
        posted = await bot.poster.of(intent.workspace).post(intent.target, composed.message, key=intent.id)
    except Refused as refused:
        outcome = outcomes.dead(intent, refused.code)
    except NotPosted:
        outcome = post
    except PostFailed:
        return
    else:
        outcome = outcomes.sent(intent, posted, clock())
    async with bot.desk.work.writing() as books:
        await books.outbox.save(outcome)
        await books.commit()


async def _wait_for_running_bot(bot: Bot, posts: Sequence[Post]) -> None:
    for _ in range(LOOKS):
        async with bot.desk.work.reading() as books:
            states = {found.state for post in posts if (found := await books.outbox.get(post.id))}
        if states <= OVER:
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _outcome(post: Post) -> str:
    match post.state:
        case PostState.SENT:
            return f"Sent to {post.target}, marked as an extra copy. The planned one still comes."
        case PostState.DROPPED:
            return f"Not sent to {post.target}, because there is nothing to say: {in_words(post.error)}."
        case PostState.DEAD:
            return f"Slack did not take it for {post.target}: {post.error}. `python -m bot check` says more."
        case _:
            return f"Not sent to {post.target} yet. It waits, and goes once the bot runs and reaches Slack."
