"""Numbers on the command line, each with the sentence for one that is none."""

from __future__ import annotations

import argparse

LONGEST_PLAN_DAYS = 366
MOST_SIMULATED = 10_000


def port(text: str) -> int:
    return _number(text, 0, 65_535, "a port is a number from 0 to 65535")


def days(text: str) -> int:
    """How far `plan` looks ahead."""
    return _number(text, 1, LONGEST_PLAN_DAYS, f"it takes a number from 1 to {LONGEST_PLAN_DAYS}")


def some(text: str) -> int:
    """How many days or teams `simulate` takes."""
    return _number(text, 1, MOST_SIMULATED, f"it takes a number from 1 to {MOST_SIMULATED:,}")


def _number(text: str, least: int, most: int, sentence: str) -> int:
    """Raises what argparse turns into a sentence and exit code 2."""
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{sentence}, not “{text}”")
    return int(text)
