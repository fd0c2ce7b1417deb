"""Statements that SQLite and Postgres share, built once at import and compiled once by SQLAlchemy's cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import metadata
from store.unit import Portable

_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
TENANT = ("workspace", "clinic")


def in_clinic(table: str, prefix: str = "") -> ColumnElement[bool]:
    """Rows of the clinic whose `workspace` and `clinic` are in the statement's values; an UPDATE calls them `of_…`."""
    columns = metadata.tables[table].c
    return and_(*(columns[name] == bindparam(prefix + name) for name in TENANT))


def upsert(table: str) -> Portable:
    """Inserts a row, or replaces the one with the same key if it belongs to the same clinic (else no row changes)."""
    return {dialect: _upsert(metadata.tables[table], insert) for dialect, insert in _INSERTS.items()}


def insert_or_nothing(table: str) -> Portable:
    """Inserts a row; changes nothing where any UNIQUE key is already taken."""
    of = metadata.tables[table]
    return {dialect: insert(of).values(_values(of)).on_conflict_do_nothing() for dialect, insert in _INSERTS.items()}


def _values(table: Table) -> dict[str, Any]:
    return {c.name: bindparam(c.name, type_=c.type) for c in table.columns}


def _upsert(table: Table, insert: Callable[[Table], Any]) -> Any:
    statement = insert(table).values(_values(table))
    keys = [c.name for c in table.primary_key.columns]
    by_id = keys == ["id"]
    kept = (*keys, *TENANT) if by_id else keys
    same_clinic = and_(*(table.c[name] == statement.excluded[name] for name in TENANT)) if by_id else None
    new = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in kept}
    if not new:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=new, where=same_clinic)
