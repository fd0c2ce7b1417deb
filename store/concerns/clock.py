"""The clock's side: release a batch, compute the digest once, keep the file and the keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns.digest import TOO_FEW, DigestSection, DigestState, next_state
from mat.concerns.records import ClinicKey, Status
from mat.concerns.weeks import IsoWeek, is_overdue
from store.concerns.base import Base, all_rows, of_clinic
from store.concerns.groups import group_size_of
from store.concerns.rewrite import shuffle, stand_alone
from store.concerns.tables import batches, concerns, digests, groups, metadata, notes, saids

Released = dict[IsoWeek, dict[str, int]]


class Clockwork(Base):
    """Implements `mat.concerns.ConcernClock`, but for `keep`, which belongs to the file."""

    async def release(self, clinic: ClinicKey, batch: date, *, at_once_only: bool = False) -> None:
        waiting = of_clinic(clinic) & concerns.c.batch.is_(None)
        async with self._writing() as connection:
            await stand_alone(connection, patiently=True)
            if at_once_only:
                waiting &= concerns.c.at_once
            elif not await _first_time(connection, clinic, batch):
                return
            else:
                await _release_answers(connection, clinic)
            # `at_once` is forgotten with the release: only the batch stays.
            changed = {"batch": batch.isoformat(), "at_once": False}
            await connection.execute(update(concerns).where(waiting), changed)
            await shuffle(connection)

    async def asked_at_once(self) -> tuple[ClinicKey, ...]:
        whose = (concerns.c.workspace, concerns.c.clinic)
        waiting = select(*whose).where(concerns.c.batch.is_(None), concerns.c.at_once).distinct().order_by(*whose)
        async with self._reading() as connection:
            return tuple(ClinicKey(row.workspace, row.clinic) for row in await all_rows(connection, waiting))

    async def compute_digest(
        self, clinic: ClinicKey, today: date, closed: Container[date] = (), k: int | None = None
    ) -> DigestSection:
        async with self._writing() as connection:
            k = await group_size_of(connection, clinic) if k is None else k
            last = await state_of(connection, clinic)
            released, unanswered = await self._figures(connection, clinic)
            late = any(is_overdue(week, today, closed) for week in unanswered)
            state = next_state(last, IsoWeek.of(today).plus(-1), released, late=late, k=k)
            row: dict[str, object] = {
                "since": str(state.since),
                "through": str(state.through),
                "bucket": state.section.bucket,
            }
            row |= {"topics": " ".join(state.section.topics), "late": state.section.late, "k": state.k}
            if last is None:
                row |= {"workspace": clinic.workspace, "clinic": clinic.clinic}
                await connection.execute(digests.insert(), row)
            else:
                await connection.execute(update(digests).where(_whose(clinic)), row)
        return state.section

    async def last_digest(self, clinic: ClinicKey) -> DigestSection:
        async with self._reading() as connection:
            state = await state_of(connection, clinic)
        return state.section if state else TOO_FEW

    async def forget_clinic(self, clinic: ClinicKey) -> None:
        mine = select(concerns.c.id).where(of_clinic(clinic))
        async with self._writing() as connection:
            await stand_alone(connection, patiently=True)
            await connection.execute(delete(notes).where(notes.c.concern.in_(mine)))
            await connection.execute(delete(concerns).where(of_clinic(clinic)))
            await shuffle(connection)
            for table in (digests, batches, saids, groups):
                this = and_(table.c.workspace == clinic.workspace, table.c.clinic == clinic.clinic)
                await connection.execute(delete(table).where(this))

    async def forget_workspace(self, workspace: str) -> None:
        mine = select(concerns.c.id).where(concerns.c.workspace == workspace)
        async with self._writing() as connection:
            await stand_alone(connection, patiently=True)
            await connection.execute(delete(notes).where(notes.c.concern.in_(mine)))
            for table in metadata.sorted_tables:
                if "workspace" in table.columns:
                    await connection.execute(delete(table).where(table.c.workspace == workspace))
            await shuffle(connection)

    def _make_keys(self, now: datetime) -> None:
        """Makes keys for this week and the next ones by the clock, so that no file's time tells of a first concern."""
        week = IsoWeek.of(now.astimezone(UTC).date())
        for ahead in (0, 1, 4):
            self._keys.make(week.plus(ahead).month)

    async def _figures(self, connection: AsyncConnection, clinic: ClinicKey) -> tuple[Released, set[IsoWeek]]:
        """Released concerns by week of release and topic, and the weeks of arrival of those that nobody answered."""
        c = concerns.c
        columns = (c.batch, c.week, c.topic, c.status)
        counted = select(*columns, func.count().label("many")).where(of_clinic(clinic), c.batch.is_not(None))
        released: Released = defaultdict(lambda: defaultdict(int))
        unanswered = set()
        for row in await all_rows(connection, counted.group_by(*columns)):
            released[IsoWeek.of(date.fromisoformat(row.batch))][row.topic] += row.many
            if row.status == Status.WAITING:
                unanswered.add(IsoWeek.parse(row.week))
        return released, unanswered


async def _release_answers(connection: AsyncConnection, clinic: ClinicKey) -> None:
    """Behind all that was said before the batch: its place between two replies of a day would tell its hour."""
    mine = select(concerns.c.id).where(of_clinic(clinic))
    waiting = select(notes.c.concern).where(notes.c.concern.in_(mine), ~notes.c.released).distinct()
    for concern in (await connection.execute(waiting)).scalars().all():
        this = notes.c.concern == concern
        turns = await connection.execute(select(notes).where(this).order_by(notes.c.released.desc(), notes.c.number))
        said = enumerate(turns.mappings().all(), start=1)
        await connection.execute(delete(notes).where(this))
        anew = [{**turn, "number": number, "released": True} for number, turn in said]
        await connection.execute(notes.insert(), anew)


async def state_of(connection: AsyncConnection, clinic: ClinicKey) -> DigestState | None:
    """Where a clinic's digest stands; None before the first one."""
    row = (await connection.execute(digests.select().where(_whose(clinic)))).first()
    if row is None:
        return None
    section = DigestSection(row.bucket, tuple(row.topics.split()), row.late)
    return DigestState(IsoWeek.parse(row.since), IsoWeek.parse(row.through), section, row.k)


def _whose(clinic: ClinicKey) -> ColumnElement[bool]:
    return and_(digests.c.workspace == clinic.workspace, digests.c.clinic == clinic.clinic)


async def _first_time(connection: AsyncConnection, clinic: ClinicKey, batch: date) -> bool:
    """Whether the batch of that day has not gone yet; from now on it has."""
    mine = and_(batches.c.workspace == clinic.workspace, batches.c.clinic == clinic.clinic)
    last = (await connection.execute(select(batches.c.batch).where(mine))).scalar()
    if last is None:
        row = {"workspace": clinic.workspace, "clinic": clinic.clinic, "batch": batch.isoformat()}
        await connection.execute(batches.insert(), row)
    elif last < batch.isoformat():
        await connection.execute(update(batches).where(mine), {"batch": batch.isoformat()})
    return last is None or last < batch.isoformat()
