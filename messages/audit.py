"""What the self-audit tells: posts without an outcome, and what those who run the bot must see to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from messages import block_kit as kit
from messages.notice import WHY

SHOWN = 10
RETENTION_FAILED = (
    "Concerns that are past their time could not all be deleted, or their keys not destroyed. I try again every hour. Most often a "
    "disk is full, or I can't write in the key folder or the concern store; `python -m bot check` may say which."
)
SCRUB_STUCK = (
    "For a quarter of an hour I could not rewrite the file of concerns, so deleted words and an order of arrival may still stand in "
    "it. Another program has the file open, or the disk is full; `python -m bot check` may say which."
)


def line(what: str, local_at: datetime | None, *, planned: bool) -> str:
    """One post without an outcome. `what`: its title, with people's words in it; `local_at`: naive local time of the thing itself."""
    moment = f" of {kit.day(local_at)}, {kit.clock_time(local_at)}" if local_at else ""
    state = "was planned and has not been sent" if planned else "was never planned"
    return f"• The {kit.escape(what)}{moment} {state}."


def gaps(clinic: str, lines: Sequence[str]) -> str:
    """The notice for one clinic. `lines`: of `line`."""
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    head = f"I check every hour whether everything I had to post for {kit.escape(clinic)} went out. This did not:"
    foot = "`python -m bot check` may say why; `python -m bot run-now` sends a copy by hand."
    return "\n".join([head, *lines[:SHOWN], *more, foot])


def cut_off(clinics: Sequence[str]) -> str:
    """`clinics`: the names of those in that workspace."""
    named = ", ".join(kit.escape(name) for name in clinics[:SHOWN])
    others = f" and {len(clinics) - SHOWN} more" if len(clinics) > SHOWN else ""
    return (
        f"Slack no longer takes my token where {named}{others} is, so what I have to post there waits. Install the app again, and "
        "give me the new token: SLACK_BOT_TOKEN and a restart, or `python -m bot workspace add`. Should Slack take the old one "
        "again, I notice it by myself within minutes. What is still of use then goes at once."
    )


def channel_gone(clinic: str, target: str, code: str) -> str:
    """For those who run the bot; the leads have heard of it with the first post that failed."""
    return f"{kit.escape(clinic)}: I can't post in <#{target}> any more. {_capital(WHY.get(code, kit.escape(code)))}."


def disk_nearly_full(folder: str, free_mb: int, least_mb: int) -> str:
    return (
        f"The disk of {kit.escape(folder)} has {free_mb:,} MB left, less than the {least_mb:,} MB of MAT_DISK_FREE_MB. "
        "When it is full I can keep nothing that people do, and send nothing. Please make room."
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
