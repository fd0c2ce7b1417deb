"""The submitter's side: raise, look up, answer. It knows a draft or a receipt, and never a person."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import select

from mat.concerns.receipt import Receipt
from mat.concerns.records import ANSWERS_PER_CONCERN, ClinicKey, Draft, LookUp, Release, Status
from mat.concerns.weeks import IsoWeek
from mat.errors import EnoughAnswers, NothingToAnswer
from store.concerns.base import Base, all_rows
from store.concerns.keys import KeyFolder, ReceiptKeys
from store.concerns.rewrite import take_turns
from store.concerns.scrub import Scrubber
from store.concerns.tables import concerns, notes
from store.concerns.together import Together
from store.engine import Engines

Row = dict[str, object]
MakeRow = Callable[[], Row]


class Intake(Base):
    """Implements `mat.concerns.ConcernIntake`."""

    def __init__(self, engines: Engines, keys: KeyFolder, scrubber: Scrubber) -> None:
        super().__init__(engines, keys, scrubber)
        self._together = Together[MakeRow](self._write)

    async def raise_concern(self, draft: Draft, clinic: ClinicKey, now: datetime) -> Receipt:
        receipt = Receipt.new()
        keys = self._keys.receipt_keys(receipt)
        week = IsoWeek.of(now.astimezone(UTC).date())
        self._keys.make(week.month)
        await self._together(partial(self._row, draft, clinic, week, keys))
        return receipt

    async def _write(self, makers: Sequence[MakeRow]) -> None:
        async with self._writing() as connection:
            await take_turns(connection)
            # Sealed within the transaction: a rotation that begins meanwhile finds it sealed, or makes it wait for the fresh key.
            await connection.execute(
                concerns.insert(), [make() for make in secrets.SystemRandom().sample(makers, len(makers))]
            )

    def _row(self, draft: Draft, clinic: ClinicKey, week: IsoWeek, keys: ReceiptKeys) -> Row:
        return {
            "id": keys.id,
            "workspace": clinic.workspace,
            "clinic": clinic.clinic,
            "topic": draft.topic,
            "status": Status.WAITING.value,
            "week": str(week),
            "batch": None,
            "at_once": draft.release is Release.NOW,
            "redacted": False,
            "sealed": self._keys.seal(week.month, draft.text),
            "sentence": None,
            "changed_week": None,
            "answer_key": bytes(keys.private.public_key),
        }

    async def look_up(self, receipt: Receipt) -> LookUp | None:
        keys = self._keys.receipt_keys(receipt)
        columns = (concerns.c.status, concerns.c.week, concerns.c.sentence)
        replies = select(notes.c.sealed_back).where(notes.c.concern == keys.id, notes.c.sealed_back.is_not(None))
        async with self._reading() as connection:
            found = (await connection.execute(select(*columns).where(concerns.c.id == keys.id))).first()
            # Asked for an unknown receipt too, so that both take the same time.
            sealed = await all_rows(connection, replies.order_by(notes.c.number))
        if found is None:
            return None
        sentence = (self._opened(found.week, found.sentence) or "") if found.sentence else ""
        return LookUp(Status(found.status), sentence, tuple(keys.open(row.sealed_back) for row in sealed))

    async def answer(self, receipt: Receipt, text: str) -> None:
        keys = self._keys.receipt_keys(receipt)
        async with self._writing() as connection:
            asked = select(concerns.c.week, concerns.c.status).where(concerns.c.id == keys.id)
            found = (await connection.execute(asked.with_for_update())).first()
            said = await all_rows(connection, select(notes.c.from_reader).where(notes.c.concern == keys.id))
            if found is None or found.status == Status.WAITING:
                raise NothingToAnswer
            if sum(not row.from_reader for row in said) >= ANSWERS_PER_CONCERN:
                raise EnoughAnswers(limit=ANSWERS_PER_CONCERN)
            # Asked of the key itself: to list the folder would set the folder's access time.
            sealed = self._keys.seal(IsoWeek.parse(found.week).month, text)
            note = {"concern": keys.id, "number": len(said) + 1, "from_reader": False, "released": False}
            note |= {"sealed": sealed, "sealed_back": None}
            await connection.execute(notes.insert(), note)
