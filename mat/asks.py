"""What the team asks of leadership: a decision, time, money, a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AskState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    NOT_NOW = "not-now"


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask. `answer`: the reason where leadership said not now; `by` and `answered_by` are Slack user ids."""

    id: str
    text: str
    by: str
    asked_at: datetime
    state: AskState = AskState.OPEN
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
