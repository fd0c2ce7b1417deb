"""The weekly digest to one leader."""

from __future__ import annotations

from datetime import timedelta

from mat.concerns import ClinicKey, ConcernClock
from mat.delivery import PostKind
from mat.digest import A_WEEK, digest_report
from mat.message import Message
from mat.zones import wall_clock
from messages.digest import digest
from scheduler.composing import Occasion

LONGEST_PERIOD = timedelta(weeks=8)


class DigestComposer:
    """Computes the concern section at the digest's own hour; asked again for the next leader it is the same."""

    def __init__(self, concerns: ConcernClock) -> None:
        self._concerns = concerns

    async def __call__(self, occasion: Occasion) -> Message:
        clinic, post = occasion.clinic, occasion.post
        key = ClinicKey(clinic.workspace, clinic.id)
        if occasion.rehearsal or post.extra:
            section = await self._concerns.last_digest(key)
        else:
            closed = await occasion.at.closures.all()
            section = await self._concerns.compute_digest(key, wall_clock(post.due_at, clinic.zone).date(), closed)
        before = await occasion.books.outbox.last_sent(clinic, PostKind.DIGEST, before=post.due_at)
        since = max(before.due_at, post.due_at - LONGEST_PERIOD) if before else post.due_at - A_WEEK
        report = await digest_report(occasion.at, clinic, occasion.playbook, section, since=since, now=occasion.now)
        return digest(report, occasion.playbook)
