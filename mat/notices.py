"""Notices: sentences that go through the outbox, so that they are never lost, in the transaction of what they tell about."""

from __future__ import annotations

from datetime import datetime

from mat.clinic import Clinic
from mat.delivery import Post, PostKind
from mat.lanes import lane_of
from mat.ports import NewId
from mat.urgency import turn_of


def notice_of(clinic: Clinic, target: str, note: str, now: datetime, new_id: NewId, *, about: str = "") -> Post:
    """A notice that goes at once to a channel or, as a direct message, to a person.

    `note`: markup of ours, with every person's words in it escaped. `about`: the id of the post that was given up, which the notice
    offers to send again or to drop.
    """
    return Post(
        id=new_id(),
        workspace=clinic.workspace,
        clinic=clinic.id,
        kind=PostKind.NOTICE,
        subject=about,
        target=target,
        due_at=now,
        not_before=now,
        lane=lane_of(clinic.workspace),
        note=note,
        turn_at=turn_of(PostKind.NOTICE, now),
    )
