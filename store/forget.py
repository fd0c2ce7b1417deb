"""Forgetting a clinic or a person: walks every table, so that a new one cannot be missed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Column, Table, and_, bindparam, delete, exists, func, or_, select, update
from sqlmodel import AutoString

from mat.delivery import OccurrenceState
from store.statements import TENANT, in_clinic
from store.tables import metadata
from store.unit import Unit

PERSON_COLUMNS = frozenset({"by", "owner", "answered_by"})
"""Columns that name a person beside what the row is about; they are blanked. A row with a column `user` is deleted."""

LIST_COLUMNS = frozenset({"admins"})
"""Ids, each between two spaces."""

JSON_COLUMNS = frozenset({"before", "after"})

_occurrence, _post = metadata.tables["occurrence"], metadata.tables["post"]
# Otherwise the audit would take an occurrence whose posts were all to this person for one that was lost.
_FORGOTTEN = (
    update(_occurrence)
    .where(
        _occurrence.c.workspace == bindparam("of_workspace"),
        _occurrence.c.state == OccurrenceState.PLANNED.value,
        ~exists().where(_post.c.occurrence == _occurrence.c.id),
    )
    .values(state=OccurrenceState.SKIPPED.value, reason="person-forgotten")
)
# An alarm belongs to whoever runs the bot, and so to no workspace.
_ALARMS = delete(_occurrence).where(
    _occurrence.c.workspace == "",
    _occurrence.c.schedule.contains(":" + bindparam("workspace", type_=AutoString()) + ":"),
)


async def forget_clinic(unit: Unit, workspace: str, clinic: str) -> None:
    """Deletes every row of the clinic in every table."""
    for table in metadata.sorted_tables:
        if set(TENANT) <= set(table.columns.keys()):
            await unit.run(delete(table).where(in_clinic(table.name)), {"workspace": workspace, "clinic": clinic})


async def forget_workspace(unit: Unit, workspace: str) -> None:
    """Deletes every row of the workspace in every table, and the alarms that name one of its channels."""
    await unit.run(_ALARMS, {"workspace": workspace})
    for table in metadata.sorted_tables:
        if "workspace" in table.columns:
            await unit.run(delete(table).where(table.c.workspace == bindparam("workspace")), {"workspace": workspace})


async def forget_person(unit: Unit, workspace: str, user: str) -> None:
    """Deletes what is about the person (roster, attendance, posts to them); blanks their id elsewhere, also in text."""
    values = {"of_workspace": workspace, "person": user}
    for table in metadata.sorted_tables:
        mine = table.c.workspace == bindparam("of_workspace")
        for name in {"user", "target"} & set(table.columns.keys()):
            await unit.run(delete(table).where(mine, table.c[name] == bindparam("person")), values)
        for column in _text_columns(table):
            if column.name in PERSON_COLUMNS:
                named = column == bindparam("person")
                await unit.run(update(table).where(mine, named).values({column.name: ""}), values)
            elif column.name in LIST_COLUMNS:
                listed = {"of_workspace": workspace, "person": f" {user} "}
                without = func.replace(column, bindparam("person"), " ")
                await unit.run(update(table).where(mine).values({column.name: without}), listed)
            elif column.name in JSON_COLUMNS:
                quoted = {"of_workspace": workspace, "person": f'"{user}"'}
                without = func.replace(column, bindparam("person"), '""')
                await unit.run(update(table).where(mine).values({column.name: without}), quoted)
        await _forget_mentions(unit, table, workspace, user)
    await unit.run(_FORGOTTEN, {"of_workspace": workspace})


async def _forget_mentions(unit: Unit, table: Table, workspace: str, user: str) -> None:
    """`<@U1>` and `<@U1|name>` in what people wrote become "someone"."""
    mention = re.compile(rf"<@{re.escape(user)}(\|[^>]*)?>")
    texts = tuple(_text_columns(table))
    keys = tuple(table.primary_key.columns)
    if not texts:
        return
    named = or_(*(column.contains(f"<@{user}", autoescape=True) for column in texts))
    found = select(*keys, *texts).where(table.c.workspace == bindparam("of_workspace"), named)
    for row in await unit.rows(found, {"of_workspace": workspace}):
        this = and_(*(key == value for key, value in zip(keys, row, strict=False)))
        said = zip(texts, row[len(keys) :], strict=True)
        new = {column.name: mention.sub("someone", text) for column, text in said if text is not None}
        await unit.run(update(table).where(this).values(new), {})


def _text_columns(table: Table) -> Iterator[Column[str]]:
    for column in table.columns:
        if isinstance(column.type, AutoString) and not column.primary_key and column.name not in TENANT:
            yield column
