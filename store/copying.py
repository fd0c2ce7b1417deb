"""Copying the rows of a store into another with the same schema.

By rows, not by file: a copy is one SQLite file whichever database it came from, it can go back into either, and of the
concern store it takes what was released and not a page more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, MetaData, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from store.trouble import in_our_words

AT_ONCE = 500

Wanted = Mapping[str, ColumnElement[bool]]


def copy_rows(source: Engine, target: Engine, metadata: MetaData, wanted: Wanted | None = None) -> None:
    """Makes every table of `target` hold what `source` holds, in one transaction on each side: all of it or nothing.

    `wanted`: by table, the rows to take; every row of a table that is not named.
    """
    with _reading(source, metadata) as old, _writing(target) as new:
        for table in reversed(metadata.sorted_tables):
            new.execute(table.delete())
        for table in metadata.sorted_tables:
            query = select(table)
            if wanted and table.name in wanted:
                query = query.where(wanted[table.name])
            for rows in old.execution_options(yield_per=AT_ONCE).execute(query).mappings().partitions():
                new.execute(table.insert(), [dict(row) for row in rows])


def close_file(file: Path) -> None:
    """Makes a SQLite file complete in itself, so that it can be read without a journal beside it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode=DELETE")


def is_empty(engine: Engine, metadata: MetaData, but: Container[str] = ()) -> bool:
    """Whether no table has a row; those named in `but` are not looked at."""
    with _reading(engine, metadata) as connection:
        counts = [select(func.count()).select_from(table) for table in metadata.sorted_tables if table.name not in but]
        return not any(connection.execute(count).scalar_one() for count in counts)


@contextmanager
def _reading(engine: Engine, metadata: MetaData) -> Iterator[Connection]:
    """One picture of all tables, however much is written meanwhile."""
    with _in_our_words(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
            # Before the picture is taken: a table that is written anew meanwhile (store/concerns/rewrite.py) would look empty in it.
            for table in metadata.sorted_tables:
                connection.execute(text(f"LOCK TABLE {table.name} IN ACCESS SHARE MODE"))
        else:
            connection.exec_driver_sql("BEGIN")
        yield connection
        connection.rollback()


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with _in_our_words(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
