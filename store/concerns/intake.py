"""The submitter's side: raise, look up, answer. It knows a draft or a receipt, and never a person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from mat.concerns.opened import OpenedForm
from mat.concerns.receipt import Receipt
from mat.concerns.records import ANSWERS_PER_CONCERN, ClinicKey, Draft, LookUp, Release, Status
from mat.concerns.weeks import IsoWeek
from mat.errors import EnoughAnswers, NothingToAnswer
from store.concerns.base import Base, all_rows
from store.concerns.forms import FormSecrets
from store.concerns.keys import KeyFolder, ReceiptKeys
from store.concerns.rewrite import take_turns
from store.concerns.scrub import Scrubber
from store.concerns.tables import WAITS, concerns, notes
from store.concerns.together import Together
from store.engine import Engines

Row = dict[str, object]


@dataclass(slots=True, repr=False)
class _Raised:
    """One concern on its way. `receipts`: those that this form may have got before, and in front the one that it gets now.

    `kept`: which of them it has, once it is stored.
    """

    draft: Draft
    clinic: ClinicKey
    week: IsoWeek
    receipts: Sequence[ReceiptKeys]
    kept: int = 0


class Intake(Base):
    """Implements `mat.concerns.ConcernIntake`."""

    def __init__(self, engines: Engines, keys: KeyFolder, scrubber: Scrubber, forms: FormSecrets) -> None:
        super().__init__(engines, keys, scrubber)
        self._forms = forms
        self._together = Together[_Raised](self._write)

    async def raise_concern(
        self, draft: Draft, clinic: ClinicKey, now: datetime, form: OpenedForm | None = None
    ) -> Receipt:
        receipts = [form.receipt(secret, clinic, draft) for secret in self._forms.all()] if form else []
        receipts = receipts or [Receipt.new()]
        week = IsoWeek.of(now.astimezone(UTC).date())
        self._keys.make(week.month)
        raised = _Raised(draft, clinic, week, [self._keys.receipt_keys(receipt) for receipt in receipts])
        await self._together(raised)
        return receipts[raised.kept]

    async def _write(self, some: Sequence[_Raised]) -> None:
        async with self._writing() as connection:
            await take_turns(connection)
            asked = select(concerns.c.id).where(concerns.c.id.in_([keys.id for one in some for keys in one.receipts]))
            stored = set((await connection.execute(asked)).scalars())
            new = []
            for one in some:
                before = next((n for n, keys in enumerate(one.receipts) if keys.id in stored), None)
                one.kept = before or 0
                if before is None:
                    new.append(one)
            # Sealed within the transaction: a rotation that begins meanwhile finds it sealed, or makes it wait for the fresh key.
            if new:
                shuffled = secrets.SystemRandom().sample(new, len(new))
                await connection.execute(concerns.insert(), [self._row(one) for one in shuffled])

    def _row(self, one: _Raised) -> Row:
        keys = one.receipts[0]
        return {
            "id": keys.id,
            "workspace": one.clinic.workspace,
            "clinic": one.clinic.clinic,
            "topic": one.draft.topic,
            "status": Status.WAITING.value,
            "week": str(one.week),
            "batch": None,
            "at_once": one.draft.release is Release.NOW,
            "redacted": False,
            "sealed": self._keys.seal(one.week.month, one.draft.text),
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
            turns = select(notes).where(notes.c.concern == keys.id)
            said = await all_rows(connection, turns.order_by(notes.c.number))
            if found is None or found.status == Status.WAITING:
                raise NothingToAnswer
            last = next((row for row in reversed(said) if not row.from_reader), None)
            # Sent again, as what it was answered was lost; but once it was read and replied to, the same words are new ones.
            if last and (not last.released or last is said[-1]) and self._opened(found.week, last.sealed) == text:
                return
            if sum(not row.from_reader for row in said) >= ANSWERS_PER_CONCERN:
                raise EnoughAnswers(limit=ANSWERS_PER_CONCERN)
            # Asked of the key itself: to list the folder would set the folder's access time.
            sealed = self._keys.seal(IsoWeek.parse(found.week).month, text)
            number = 1 + max([WAITS, *(row.number for row in said)])
            note = {"concern": keys.id, "number": number, "from_reader": False, "released": False}
            note |= {"sealed": sealed, "sealed_back": None}
            await connection.execute(notes.insert(), note)
