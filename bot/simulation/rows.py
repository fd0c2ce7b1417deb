"""What stands in the main store at the end, read from its tables and not through the books that are judged."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import create_engine, func, select

from mat.delivery import Occurrence, OccurrenceState, Post, PostKind, PostState
from store.engine import sync_url
from store.tables import metadata


def read_rows(url: str) -> tuple[list[Occurrence], dict[str, Post]]:
    """Every occurrence, and every post by its id."""
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            found = [
                connection.execute(_all(name, of)).all() for name, of in (("occurrence", Occurrence), ("post", Post))
            ]
    finally:
        engine.dispose()
    occurrences = [
        Occurrence(**row._asdict() | {"kind": PostKind(row.kind), "state": OccurrenceState(row.state)})
        for row in found[0]
    ]
    posts = [
        Post(
            **row._asdict()
            | {"kind": PostKind(row.kind), "state": PostState(row.state), "occurrence": row.occurrence or ""}
        )
        for row in found[1]
    ]
    return occurrences, {post.id: post for post in posts}


def count_items(url: str) -> int:
    """How many items were put on agendas."""
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            return int(
                connection.execute(select(func.count()).select_from(metadata.tables["agenda_item"])).scalar_one()
            )
    finally:
        engine.dispose()


def _all(name: str, of: type[Occurrence | Post]) -> Any:
    columns = metadata.tables[name].c
    return select(*(columns[field.name] for field in fields(of))).order_by(columns.id)
