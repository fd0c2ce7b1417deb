"""Statements on many rows at once, for the planner and the courier: they cost what the database takes, not what SQLAlchemy adds.

SQLite runs a statement once for each row, which suits it best; Postgres gets all rows as one JSON array and runs it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Column, DateTime
from sqlalchemy.dialects import postgresql

from store.columns import Instant
from store.tables import metadata
from store.unit import Unit

Row = tuple[Any, ...]
"""A value for each column, in the order of the columns; an enumeration's member as its own text."""

SAME_TIMES = 4096
"""Most times in a batch are the same few: each is written out once."""

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


@lru_cache(maxsize=SAME_TIMES)
def _instant(value: datetime | None) -> str | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=SAME_TIMES)
def _local(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "microseconds")


class Bulk:
    """One statement over many rows of `columns` of a table."""

    def __init__(self, table: str, columns: Sequence[str], sqlite: str, postgres: str) -> None:
        known = [metadata.tables[table].c[name] for name in columns]
        self._sqlite = sqlite
        self._postgres = postgres.format(rows=_relation(known))
        self._times = [(place, write) for place, column in enumerate(known) if (write := _time_of(column))]

    async def run(self, unit: Unit, rows: Sequence[Row]) -> int:
        """How many rows of the table were added or changed. Raises `ValueError` for an instant without a zone."""
        if not rows:
            return 0
        written = self._written(rows)
        if unit.dialect == "sqlite":
            return await unit.driver(self._sqlite, written)
        return await unit.driver(self._postgres, (to_json(written).decode(),))

    def _written(self, rows: Sequence[Row]) -> list[Row]:
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, write in self._times:
            columns[place] = map(write, columns[place])
        return list(zip(*columns, strict=True))


def bulk_insert(table: str, columns: Sequence[str], alike: Mapping[str, str] = MappingProxyType({})) -> Bulk:
    """Adds rows; leaves out those for which any UNIQUE key is already taken.

    `alike`: more columns and the literal, in SQL, that they have in every row.
    """
    into, nothing = f"INSERT INTO {table} ({_listed([*columns, *alike])})", "ON CONFLICT DO NOTHING"
    values = ", ".join([*"?" * len(columns), *alike.values()])
    selected = ", ".join([_listed(columns), *alike.values()])
    return Bulk(
        table,
        columns,
        f"{into} VALUES ({values}) {nothing}",
        f"{into} SELECT {selected} FROM {{rows}} {nothing}",  # noqa: S608  # names of our own tables
    )


def bulk_update(table: str, columns: Sequence[str], *, key: Sequence[str], only: str = "TRUE") -> Bulk:
    """Changes `columns` of the rows with these values of `key`; a row of values has the columns first, then the key.

    `only`: a condition in SQL on the row as it is now, with the table's name before its columns.
    """
    one = ", ".join(f'"{name}" = ?' for name in columns)
    its_key = " AND ".join(f'"{name}" = ?' for name in key)
    each = ", ".join(f'"{name}" = r."{name}"' for name in columns)
    alike = " AND ".join(f'{table}."{name}" = r."{name}"' for name in key)
    sqlite, postgres = f"SET {one} WHERE {its_key} AND {only}", f"SET {each} FROM {{rows}} WHERE {alike} AND {only}"
    return Bulk(table, [*columns, *key], f"UPDATE {table} {sqlite}", f"UPDATE {table} {postgres}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _relation(columns: Sequence[Column[Any]]) -> str:
    """The rows of the one JSON parameter, as a relation called `r` with the columns' names and types."""
    fields = ", ".join(f'({_value(column, place)}) AS "{column.name}"' for place, column in enumerate(columns))
    return f"(SELECT {fields} FROM jsonb_array_elements(%s::jsonb) AS e) AS r"  # noqa: S608  # as above


def _value(column: Column[Any], place: int) -> str:
    kind = column.type.compile(_POSTGRES)
    # Written without a zone as SQLite keeps it; the session's own zone must have no say.
    utc = " AT TIME ZONE 'UTC'" if isinstance(column.type, Instant) else ""
    return f"(e->>{place})::{'timestamp' if utc else kind}{utc}"


def _time_of(column: Column[Any]) -> Callable[[datetime | None], str | None] | None:
    """How the times of a column are written, None where it has none."""
    if isinstance(column.type, Instant):
        return _instant
    return _local if isinstance(column.type, DateTime) else None
