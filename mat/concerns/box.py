"""What the programme asks of the concern store. `store/concerns/` implements it.

Every method may raise `StoreIsBusy`, `StoreIsReadOnly`, `StoreIsFull` or `StoreIsAway`. `now` is an aware instant.
No method takes or gives a person.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Protocol

from mat.concerns.digest import DigestSection
from mat.concerns.opened import OpenedForm
from mat.concerns.receipt import Receipt
from mat.concerns.records import ClinicKey, Concern, Draft, InboxPage, LookUp, Status
from mat.concerns.said import ConcernPublisher


class ConcernIntake(Protocol):
    """For the person who raises a concern."""

    async def raise_concern(
        self, draft: Draft, clinic: ClinicKey, now: datetime, form: OpenedForm | None = None
    ) -> Receipt:
        """Seals and stores a concern; the receipt exists only once it is committed.

        `form`: what it was written in. The same words in the same form are stored once and have one receipt, also when the process
        was killed in between; for ten minutes at least, and after a start from then on.
        """

    async def look_up(self, receipt: Receipt) -> LookUp | None:
        """What became of it; None for an unknown receipt, found out with the same queries and in the same time."""

    async def answer(self, receipt: Receipt, text: str) -> None:
        """Adds the submitter's answer; the readers see it with the next batch. The same words once more change nothing.

        Raises NothingToAnswer (unknown receipt, or nobody has answered yet), EnoughAnswers or ConcernTooOld.
        """


class ConcernInbox(Protocol):
    """For the readers. `concern` is a `Concern.id`; NoSuchConcern for one of another clinic, unreleased or deleted."""

    async def listed(
        self, clinic: ClinicKey, *, status: Status | None = None, topic: str | None = None, page: int = 0
    ) -> InboxPage:
        """Released concerns, newest batch first and in no order within a batch; without their notes."""

    async def read(self, clinic: ClinicKey, concern: str) -> Concern: ...

    async def reply(self, clinic: ClinicKey, concern: str, text: str, now: datetime) -> None:
        """Also makes a waiting concern `heard`. Raises ConcernTooOld when its month's key is gone."""

    async def set_status(
        self, clinic: ClinicKey, concern: str, *, status: Status, sentence: str, topic: str, now: datetime
    ) -> None:
        """Sets status, topic and the public sentence (may be empty). Raises SentenceNeeded for `cannot` without one."""

    async def redact(self, clinic: ClinicKey, concern: str, words: str) -> None:
        """Blacks out words in its text, its notes and its public sentence. Raises WordsNotFound when they stand nowhere."""

    async def purge(self, clinic: ClinicKey, concern: str) -> None:
        """Deletes it for good; its sealed bytes are gone with the next scrub."""


class ConcernClock(Protocol):
    """For the scheduler and for what shows figures."""

    async def release(self, clinic: ClinicKey, batch: date, *, at_once_only: bool = False) -> None:
        """Lets the readers see what waits, as the batch of that local date; says nothing of how many.

        The batch of one day goes once: asking again changes nothing. `at_once_only`: only what was to go at once.
        """

    async def asked_at_once(self) -> tuple[ClinicKey, ...]:
        """Clinics where somebody chose "release now" since the last release."""

    async def compute_digest(
        self, clinic: ClinicKey, today: date, closed: Container[date] = (), k: int | None = None
    ) -> DigestSection:
        """At the digest's hour: the section for whole weeks before `today` (local); the same again when asked twice.

        `k`: the group size, where it shall be another than the clinic's own.
        """

    async def last_digest(self, clinic: ClinicKey) -> DigestSection:
        """The section computed last, for previews."""

    async def group_size(self, clinic: ClinicKey) -> int:
        """From how many concerns on the digest of this clinic shows figures."""

    async def set_group_size(self, clinic: ClinicKey, k: int) -> None:
        """A smaller one counts from the next period on. Raises GroupSizeOutOfRange outside 3 to 10."""

    async def forget_clinic(self, clinic: ClinicKey) -> None:
        """Deletes everything of one clinic."""

    async def forget_workspace(self, workspace: str) -> None:
        """Deletes everything of all clinics of a workspace."""

    async def expire(self, today: date, days: int) -> None:
        """Deletes what is past its time on `today` (UTC) and destroys the keys that nothing needs any more; the rules are in
        `mat.concerns.retention`. Doing it again changes nothing. Raises KeysBusy and OSError beside what every method may raise;
        then it is to be tried again.
        """

    async def keep(self, now: datetime) -> None:
        """Every five minutes: touches the file, makes the next months' keys, retries a scrub that could not finish."""

    @property
    def scrub_stuck(self) -> bool:
        """Whether the scrub has failed for a quarter of an hour, whether or not anything was written in it."""


class ConcernBox(ConcernIntake, ConcernInbox, ConcernPublisher, ConcernClock, Protocol):
    """The whole concern store behind one door."""

    @property
    def scrubbed(self) -> bool:
        """Whether nothing of what was written or deleted is left in the journal; False shows in `check`."""
