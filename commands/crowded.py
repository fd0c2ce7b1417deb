"""Whether the hours of a clinic can be met in its workspace: counted when somebody saves one."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace

from commands.desk import Desk
from mat.clinic import Clinic
from mat.delivery import PostKind
from mat.errors import MatError
from mat.huddles import HuddleSeries
from mat.load import CHOSEN, Crowded, crowds_on
from mat.ports import Books
from mat.schedules import schedules_of


async def crowds_of(
    desk: Desk, books: Books, clinic: Clinic, series: Iterable[HuddleSeries], kinds: Collection[PostKind] = CHOSEN
) -> tuple[Crowded, ...]:
    """What of these kinds may come too late in a clinic with these huddles, as if its set-up were finished."""
    now = desk.clock()
    asked = [one for one in schedules_of(replace(clinic, ready=True), series, now) if one.kind in kinds]
    loads = await books.planning.load(clinic.workspace)
    # In a workspace of thousands of clinics this takes some time.
    return tuple(await asyncio.to_thread(crowds_on, asked, loads, now, desk.posts_a_minute))


async def crowds_after(
    desk: Desk, clinic: Clinic, series: Iterable[HuddleSeries], kinds: Collection[PostKind]
) -> tuple[Crowded, ...]:
    """The same behind a commit: what is saved is saved, also where the store cannot be read just now."""
    with suppress(MatError):
        async with desk.work.reading() as books:
            return await crowds_of(desk, books, clinic, series, kinds)
    return ()
