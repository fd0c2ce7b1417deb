"""The composers that need nothing but the occasion. The composition root adds those with needs of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mat.delivery import PostKind
from scheduler.composing import Composer
from scheduler.jobs.closed_days import closed_days
from scheduler.jobs.huddles import huddle_agenda, huddle_check
from scheduler.jobs.notices import told
from scheduler.jobs.weekly_reminder import weekly_reminder

COMPOSERS: Mapping[PostKind, Composer] = MappingProxyType(
    {
        PostKind.HUDDLE_AGENDA: huddle_agenda,
        PostKind.HUDDLE_CHECK: huddle_check,
        PostKind.WEEKLY_REMINDER: weekly_reminder,
        PostKind.CLOSED_DAYS: closed_days,
        PostKind.NOTICE: told,
    }
)
