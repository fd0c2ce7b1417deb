"""Whether the site key is the one that the stored receipts were made with. The store keeps a mark of it, and nothing of the key."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.errors import SiteKeyMissing, SiteKeyOfAnother
from store.concerns import key_files
from store.concerns.base import open_connection
from store.concerns.keys import KEY_BYTES, SITE, KeyFolder, mark_of
from store.concerns.rewrite import on_server
from store.concerns.tables import concerns, key_marks
from store.engine import Engines

_MARK = select(key_marks.c.mark).where(key_marks.c.name == SITE)


async def open_keys(engines: Engines, folder: Path, *, afresh: bool = False) -> KeyFolder:
    """The key folder, once its site key is found to be the one that the store knows; the first key it sees it will know.

    `afresh`: a lost site key is given up, and a new one takes its place. Raises SiteKeyMissing or SiteKeyOfAnother, and what
    `KeyFolder` raises.
    """
    if not await asyncio.to_thread((folder / SITE).exists):
        async with open_connection(engines.reader, begin=False) as connection:
            if not afresh and await _needed(connection):
                raise SiteKeyMissing(path=folder / SITE)
        # Before the new key is there: killed in between, the next start is not told of another key.
        async with open_connection(engines.writer, begin=True) as connection:
            await connection.execute(delete(key_marks).where(key_marks.c.name == SITE))
    keys = await asyncio.to_thread(KeyFolder, folder)
    if await _known(engines, keys.mark) != keys.mark:
        raise SiteKeyOfAnother(path=folder / SITE)
    return keys


def is_another(engine: Engine, folder: Path) -> bool:
    """Whether a whole site key is here, and is not the one that the store knows."""
    file = folder / SITE
    site = key_files.read(file) if file.exists() else b""
    if len(site) != KEY_BYTES:
        return False
    with engine.connect() as connection:
        known = connection.execute(_MARK).scalar()
    return known is not None and known != mark_of(site)


async def _needed(connection: AsyncConnection) -> bool:
    """Whether a new site key would leave a receipt useless, for example where a disk is not mounted.

    On a server another process may be working with the right one, so there the mark is enough.
    """
    if (await connection.execute(select(concerns.c.id).limit(1))).first() is not None:
        return True
    return on_server(connection) and (await connection.execute(_MARK)).scalar() is not None


async def _known(engines: Engines, mine: bytes) -> bytes:
    """The mark in the store, which is mine from now on where it has none. Of two who start at once, one is first."""
    async with open_connection(engines.reader, begin=False) as connection:
        known = (await connection.execute(_MARK)).scalar()
    if known is None:
        async with open_connection(engines.writer, begin=True) as connection:
            insert = (postgresql if on_server(connection) else sqlite).insert(key_marks)
            await connection.execute(insert.values(name=SITE, mark=mine).on_conflict_do_nothing())
            known = (await connection.execute(_MARK)).scalar_one()
    return bytes(known)
