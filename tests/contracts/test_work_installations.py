"""Workspaces that were added, that leave, and that are forgotten with everything they hold, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import LargeBinary, select

from mat.installations import Installation
from mat.ports import Work
from store.engine import open_engines
from store.tables import metadata
from tests.contracts.test_work_forgetting import GONE, STAYS, _fill
from tests.stores import open_work

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CEDAR = Installation("T2", "Cedar", "B2", "U2BOT", ("U2A", "U2B"), b"sealed", NOON)


async def saved(work: Work, *installations: Installation) -> None:
    async with work.writing() as books:
        for one in installations:
            await books.installations.save(one)
        await books.commit()


async def all_of(work: Work) -> tuple[Installation, ...]:
    async with work.reading() as books:
        return await books.installations.all()


async def test_what_was_saved_is_there_and_saved_again_is_replaced(work: Work) -> None:
    birch = replace(CEDAR, workspace="T3", name="Birch", admins=())
    await saved(work, birch, CEDAR)
    assert await all_of(work) == (CEDAR, birch)
    again = replace(CEDAR, sealed=b"other", admins=("U2A",))
    await saved(work, again)
    assert await all_of(work) == (again, birch)


async def test_one_that_leaves_loses_its_tokens_at_once_and_its_place_later(work: Work) -> None:
    await saved(work, CEDAR)
    for now in (NOON, NOON.replace(hour=13)):
        async with work.writing() as books:
            await books.installations.leave("T2", now)
            await books.commit()
    assert await all_of(work) == (replace(CEDAR, sealed=b"", leaving_at=NOON),)


async def test_the_workspace_of_the_settings_can_leave_too(work: Work) -> None:
    async with work.writing() as books:
        await books.installations.leave("T1", NOON)
        await books.commit()
    (found,) = await all_of(work)
    assert (found.workspace, found.sealed, found.leaving_at) == ("T1", b"", NOON)


async def test_a_forgotten_workspace_is_in_no_row_of_any_table(main_url: str) -> None:
    async with open_work(main_url) as work:
        await _fill(work)
        await saved(work, CEDAR)
        async with work.writing() as books:
            await books.handled.first("T2", "a trigger", NOON)
            await books.commit()
        before = await rows(main_url)
        assert {table for table, row in before if "T2" in row} >= {"clinic", "roster", "post", "ask", "installation"}
        async with work.writing() as books:
            await books.installations.forget("T2")
            await books.commit()
        after = await rows(main_url)
    assert not [row for row in after if "T2" in str(row)]
    assert after == [row for row in before if "T2" not in str(row)]


async def test_a_person_is_taken_out_of_the_admins(main_url: str) -> None:
    async with open_work(main_url) as work:
        await saved(work, replace(CEDAR, admins=(STAYS, GONE)), replace(CEDAR, workspace="T3", admins=(GONE,)))
        async with work.writing() as books:
            await books.clinics.forget_person("T2", GONE)
            await books.commit()
        assert [one.admins for one in await all_of(work)] == [(STAYS,), (GONE,)]


async def rows(url: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every row of every table, each value as text."""
    engines = open_engines(url)
    try:
        async with engines.reader.connect() as connection:
            return [
                (table.name, tuple(str(value) for value in row))
                for table in metadata.sorted_tables
                for row in await connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
    finally:
        await engines.close()


def test_no_table_holds_bytes_but_the_sealed_tokens() -> None:
    """`rows` would not see a workspace's name inside."""
    found = [c for table in metadata.sorted_tables for c in table.columns if isinstance(c.type, LargeBinary)]
    assert [str(column) for column in found] == ["installation.sealed"]
