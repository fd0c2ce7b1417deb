"""The readers' side: list, read, reply, set a status, black out, delete. Bound to one clinic and what is released."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nacl.public import PublicKey
from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns.records import INBOX_PAGE, ClinicKey, Concern, InboxPage, Note, Status
from mat.concerns.redaction import black_out
from mat.concerns.weeks import IsoWeek
from mat.errors import SentenceNeeded, WordsNotFound
from store.concerns.base import Base, all_rows, of_clinic
from store.concerns.keys import seal_to
from store.concerns.rewrite import shuffle, stand_alone
from store.concerns.tables import WAITS, concerns, notes


class Inbox(Base):
    """Implements `mat.concerns.ConcernInbox`."""

    async def listed(
        self, clinic: ClinicKey, *, status: Status | None = None, topic: str | None = None, page: int = 0
    ) -> InboxPage:
        wanted = [of_clinic(clinic), concerns.c.batch.is_not(None)]
        wanted += [concerns.c.status == status.value] if status else []
        wanted += [concerns.c.topic == topic] if topic else []
        async with self._reading() as connection:
            total = (await connection.execute(select(func.count()).select_from(concerns).where(*wanted))).scalar_one()
            pages = max(1, -(-total // INBOX_PAGE))
            page = min(max(page, 0), pages - 1)
            # Within a batch the order is that of the receipts' hashes, which is none.
            order = (concerns.c.batch.desc(), concerns.c.id)
            # The ids first: sorting whole rows would move every sealed text.
            here = select(concerns.c.id).where(*wanted).order_by(*order).offset(page * INBOX_PAGE).limit(INBOX_PAGE)
            rows = await all_rows(connection, select(concerns).where(concerns.c.id.in_(here)).order_by(*order))
        return InboxPage(tuple(self._concern(row) for row in rows), page, pages)

    async def read(self, clinic: ClinicKey, concern: str) -> Concern:
        async with self._reading() as connection:
            row = await self._released(connection, clinic, concern)
            said = await self._notes(connection, row)
        turns = tuple(Note(note.from_reader, self._opened(row.week, note.sealed)) for note in said if note.released)
        return self._concern(row, turns)

    async def reply(self, clinic: ClinicKey, concern: str, text: str, now: datetime) -> None:
        async with self._writing() as connection:
            # Of two replies at once on Postgres the second waits for its number.
            row = await self._released(connection, clinic, concern, held=True)
            number = 1 + max(
                (note.number for note in await self._notes(connection, row) if note.number < WAITS), default=0
            )
            note = {"concern": row.id, "number": number, "from_reader": True, "released": True}
            note |= {
                "sealed": self._keys.seal(IsoWeek.parse(row.week).month, text),
                "sealed_back": seal_to(PublicKey(row.answer_key), text),
            }
            await connection.execute(notes.insert(), note)
            if row.status == Status.WAITING:
                await connection.execute(update(concerns).where(concerns.c.id == row.id), _status(Status.HEARD, now))

    async def set_status(
        self, clinic: ClinicKey, concern: str, *, status: Status, sentence: str, topic: str, now: datetime
    ) -> None:
        if status is Status.CANNOT and not sentence:
            raise SentenceNeeded
        async with self._writing() as connection:
            row = await self._released(connection, clinic, concern)
            sealed = self._keys.seal(IsoWeek.parse(row.week).month, sentence) if sentence else None
            changed = {"topic": topic, "sentence": sealed, **_status(status, now)}
            if not sentence:  # taken back: Home stops telling it too
                changed |= {"said": None, "said_status": None, "said_month": None}
            await connection.execute(update(concerns).where(concerns.c.id == row.id), changed)

    async def redact(self, clinic: ClinicKey, concern: str, words: str) -> None:
        async with self._writing() as connection:
            await stand_alone(connection)
            row = await self._released(connection, clinic, concern)
            month = IsoWeek.parse(row.week).month
            hidden = 0
            # Also from what everybody was told: Home must not go on showing it.
            own = {name: sealed for name in ("sealed", "sentence", "said") if (sealed := getattr(row, name))}
            texts = {name: self._hidden(month, sealed, words) for name, sealed in own.items()}
            changed: dict[str, object] = {name: self._keys.seal(month, text) for name, text in texts.items() if text}
            if changed:
                await connection.execute(update(concerns).where(concerns.c.id == row.id), changed | {"redacted": True})
                hidden += 1
            # An answer that waits for its batch is left alone: trying words out on it would tell that it is there.
            for note in [note for note in await self._notes(connection, row) if note.released]:
                if text := self._hidden(month, note.sealed, words):
                    back = seal_to(PublicKey(row.answer_key), text) if note.from_reader else None
                    this = and_(notes.c.concern == row.id, notes.c.number == note.number)
                    changed = {"sealed": self._keys.seal(month, text), "sealed_back": back}
                    await connection.execute(update(notes).where(this), changed)
                    hidden += 1
            if not hidden:
                raise WordsNotFound
            await shuffle(connection)

    async def purge(self, clinic: ClinicKey, concern: str) -> None:
        async with self._writing() as connection:
            await stand_alone(connection)
            row = await self._released(connection, clinic, concern)
            await connection.execute(delete(notes).where(notes.c.concern == row.id))
            await connection.execute(delete(concerns).where(concerns.c.id == row.id))
            await shuffle(connection)

    def _concern(self, row: Row[Any], said: tuple[Note, ...] = ()) -> Concern:
        sentence = (self._opened(row.week, row.sentence) or "") if row.sentence else ""
        return Concern(
            id=row.id.hex(),
            topic=row.topic,
            status=Status(row.status),
            week=IsoWeek.parse(row.week),
            batch=row.batch,
            redacted=row.redacted,
            text=self._opened(row.week, row.sealed),
            sentence=sentence,
            notes=said,
        )

    async def _notes(self, connection: AsyncConnection, row: Row[Any]) -> list[Row[Any]]:
        return await all_rows(connection, select(notes).where(notes.c.concern == row.id).order_by(notes.c.number))

    def _hidden(self, month: str, sealed: bytes, words: str) -> str | None:
        """The text with the words blacked out; None where they do not stand in it."""
        try:
            return black_out(self._keys.open(month, sealed), words)
        except WordsNotFound:
            return None


def _status(status: Status, now: datetime) -> dict[str, object]:
    return {"status": status.value, "changed_week": str(IsoWeek.of(now.astimezone(UTC).date()))}
