"""What can go wrong in a simulation, by the names that `--faults` takes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import chain

from bot.wrong_use import WrongUse


class Fault(StrEnum):
    RATE_LIMIT = "rate-limit"
    SERVER = "server"
    RESET = "reset"
    SLOW = "slow"
    REFUSED = "refused"
    OUTAGE = "outage"
    ARCHIVE = "archive"
    REVOKE = "revoke"
    NO_HISTORY = "no-history"
    DUPLICATE = "duplicate"
    KILL = "kill"


ALL = frozenset(Fault)
WORDS = {"all": ALL, "none": frozenset[Fault]()}


class NoSuchFault(WrongUse):
    """I know no fault “{name}”. Choose from {known}, or all, or none."""


def faults_from(text: str) -> frozenset[Fault]:
    """The faults of a list with commas. Raises `NoSuchFault`."""
    return frozenset(chain.from_iterable(_of(name.strip()) for name in text.split(",") if name.strip()))


def _of(name: str) -> Sequence[Fault] | frozenset[Fault]:
    if name in WORDS:
        return WORDS[name]
    try:
        return (Fault(name),)
    except ValueError:
        raise NoSuchFault(name=name, known=", ".join(Fault)) from None
