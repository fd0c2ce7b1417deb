"""Outbox rows as records and back; what the outbox of all lanes and that of one lane share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from mat.delivery import Post, PostKind, PostState
from store.columns import Instant
from store.tables import metadata
from store.unit import AnyRow

post_table = metadata.tables["post"]
p = post_table.c
NOW = bindparam("now", type_=Instant())

FIELDS = tuple(field.name for field in fields(Post))
POSTS = select(*(p[name] for name in FIELDS))
KINDS = {kind.value: kind for kind in PostKind}
_KIND, _STATE, _OCCURRENCE = (FIELDS.index(name) for name in ("kind", "state", "occurrence"))
_STATES = {state.value: state for state in PostState}


def values(post: Post) -> dict[str, Any]:
    """A row's values by column."""
    found = {name: getattr(post, name) for name in FIELDS}
    # NULL, because UNIQUE (occurrence, target) must not bind posts that belong to no occurrence.
    return found | {"kind": post.kind.value, "state": post.state.value, "occurrence": post.occurrence or None}


def records(rows: Iterable[AnyRow]) -> tuple[Post, ...]:
    return tuple(record(row) for row in rows)


def record(row: AnyRow) -> Post:
    """A post from the columns in `FIELDS`."""
    found = list(row)
    found[_KIND], found[_STATE] = KINDS[found[_KIND]], _STATES[found[_STATE]]
    found[_OCCURRENCE] = found[_OCCURRENCE] or ""
    return Post(*found)
